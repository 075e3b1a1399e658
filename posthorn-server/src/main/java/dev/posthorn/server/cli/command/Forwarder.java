package dev.posthorn.server.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Forwards requests to another server, byte for byte except for the headers of a connection, and
 * returns its responses. The answer is 502 if the server does not respond, 504 if it is too slow:
 * senders retry after both. Thread-safe.
 */
final class Forwarder implements AutoCloseable {
  /** The timeout of a response, less than the 20 s that a Posthorn server waits. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /** The maximum size of a body that is shown with an attempt. */
  private static final int MOST_BODY = 16 << 10;

  private static final byte[] NOTHING = {};

  /**
   * The headers of a connection (RFC 9110, section 7.6.1), and those that the client sets itself.
   */
  private static final Set<String> OF_A_CONNECTION =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final URI to;
  private final Duration patience;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * The result of forwarding a request.
   *
   * @param status the status to answer
   * @param body the first bytes of the body to answer
   * @param verdict a description, for people
   */
  record Passed(int status, byte[] body, String verdict) {}

  /**
   * Creates a forwarder.
   *
   * @param to the URL for all requests, whatever their path
   * @param patience the timeout of a whole response
   * @throws IllegalArgumentException if the URL is invalid
   */
  Forwarder(String to, Duration patience) {
    this.to = uri(to);
    this.patience = patience;
  }

  private static URI uri(String text) {
    String right = "must be a URL such as http://127.0.0.1:3000/hooks";
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(right, e);
    }
    boolean isWeb = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!isWeb || uri.getHost() == null || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(right);
    }
    return uri;
  }

  /** Returns the URL for all requests. */
  URI to() {
    return to;
  }

  /** Forwards a request and waits for the response. */
  Passed pass(String method, Map<String, List<String>> headers, byte[] body)
      throws InterruptedException {
    HttpRequest request;
    try {
      request = request(method, headers, body);
    } catch (IllegalArgumentException e) {
      return failed(502, "cannot be forwarded: " + e.getMessage());
    }
    Future<Passed> exchange = threads.submit(() -> exchange(request));
    try {
      return exchange.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      return failed(504, "no answer within " + patience.toMillis() + " ms");
    } catch (ExecutionException e) {
      return failed(502, why(e.getCause() == null ? e : e.getCause()));
    }
  }

  private HttpRequest request(String method, Map<String, List<String>> headers, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to).method(method, BodyPublishers.ofByteArray(body));
    headers.forEach(
        (name, values) -> {
          if (!OF_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
            // The receiver has changed the case of names; senders use lower case.
            values.forEach(value -> request.header(name.toLowerCase(Locale.ROOT), value));
          }
        });
    return request.build();
  }

  private Passed exchange(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      return new Passed(response.statusCode(), in.readNBytes(MOST_BODY), "forwarded to " + to);
    }
  }

  private Passed failed(int status, String why) {
    return new Passed(status, NOTHING, "NOT FORWARDED to " + to + ": " + why);
  }

  private static String why(Throwable cause) {
    if (cause instanceof ConnectException) {
      return "nothing listens there"; // the exception has no words of its own
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    http.shutdownNow();
    threads.close();
  }
}
