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
 * Passes requests on to another server, byte for byte but for what belongs to a connection, and
 * brings its answer back. A server that does not answer is a 502, one that is too slow a 504: a
 * sender tries again after both. Thread-safe.
 */
final class Forwarder implements AutoCloseable {
  /** Less than the 20 s that a server of Posthorn waits for an answer. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /** As much of a body as could be shown with an attempt. */
  private static final int MOST_BODY = 16 << 10;

  private static final byte[] NOTHING = {};

  /** RFC 9110, section 7.6.1, and what the client writes by itself. */
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
   * What came of it.
   *
   * @param status what to answer
   * @param body the first bytes of the body to answer
   * @param verdict what happened, for people
   */
  record Passed(int status, byte[] body, String verdict) {}

  /**
   * Creates a forwarder.
   *
   * @param to where requests go, whatever their own path
   * @param patience how long an answer may take in all
   * @throws IllegalArgumentException if requests cannot go there
   */
  Forwarder(String to, Duration patience) {
    this.to = uri(to);
    this.patience = patience;
  }

  private static URI uri(String text) {
    String right = "must be a URL like http://127.0.0.1:3000/hooks";
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

  /** Returns where requests go. */
  URI to() {
    return to;
  }

  /** Passes a request on and waits for its answer. */
  Passed pass(String method, Map<String, List<String>> headers, byte[] body)
      throws InterruptedException {
    HttpRequest request;
    try {
      request = request(method, headers, body);
    } catch (IllegalArgumentException e) {
      return failed(502, "cannot be passed on: " + e.getMessage());
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
      return new Passed(response.statusCode(), in.readNBytes(MOST_BODY), "passed on to " + to);
    }
  }

  private Passed failed(int status, String why) {
    return new Passed(status, NOTHING, "NOT PASSED ON to " + to + ": " + why);
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
