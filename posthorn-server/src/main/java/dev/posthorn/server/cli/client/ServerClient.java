package dev.posthorn.server.cli.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A client of a running server. Thread-safe. */
public final class ServerClient implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http;
  private final String url;
  private final @Nullable String token;

  /**
   * Creates a client.
   *
   * @param url the server's URL, such as {@code http://127.0.0.1:8071}
   * @param token the bearer token, or null for none
   */
  public ServerClient(String url, @Nullable String token) {
    this(url, token, null);
  }

  /**
   * Creates a client.
   *
   * @param url the server's URL, such as {@code https://posthorn.example.com}
   * @param token the bearer token, or null for none
   * @param tls the trusted certificates, or null for the JDK's
   */
  public ServerClient(String url, @Nullable String token, @Nullable SSLContext tls) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10));
    this.http = (tls == null ? builder : builder.sslContext(tls)).build();
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.token = token;
  }

  /**
   * A failed request; the message says whether the server was unreachable or refused it, and why.
   */
  public static final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    FailedException(int status, String message, @Nullable Throwable cause) {
      super(message, cause);
      this.status = status;
    }

    /** Returns the HTTP status, or 0 if there was no answer. */
    public int status() {
      return status;
    }
  }

  /** Returns a new, empty JSON object. */
  public static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Returns the parsed JSON of a text. */
  public static JsonNode json(String text) {
    return JSON.readTree(text);
  }

  /** Returns text encoded for a path or a query. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Returns the resource at a path. */
  public JsonNode get(String path) {
    return send("GET", path, null);
  }

  /** Posts a JSON object and returns the answer. */
  public JsonNode post(String path, ObjectNode body) {
    return send("POST", path, body);
  }

  /** Deletes the resource at a path. */
  public void delete(String path) {
    var unused = send("DELETE", path, null);
  }

  private JsonNode send(String method, String path, @Nullable ObjectNode body) {
    HttpRequest request = request(method, path, body);
    HttpResponse<String> response;
    try {
      response = http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (SSLHandshakeException e) {
      throw new FailedException(
          0,
          url
              + ": its certificate is not trusted ("
              + e.getMessage()
              + "); name a file with it or its CA: --admin-ca FILE for the admin listener, --ca"
              + " FILE for the API",
          e);
    } catch (IOException e) {
      throw new FailedException(
          0,
          "cannot reach "
              + url
              + " ("
              + why(e)
              + "); is the server running there"
              + (url.startsWith("https:") ? "?" : ", without TLS?"),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException(0, "interrupted", e);
    }
    JsonNode answer = parsed(response.body());
    if (response.statusCode() / 100 != 2) {
      throw new FailedException(
          response.statusCode(),
          method
              + " "
              + path
              + " was answered with "
              + response.statusCode()
              + ": "
              + why(answer, response.body()),
          null);
    }
    return answer;
  }

  /** Returns a description of an exception, since those of the JDK often have no message. */
  private static String why(IOException e) {
    if (!(e instanceof ConnectException)) {
      return e.getMessage() == null ? e.toString() : e.getMessage();
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "unknown host";
      }
    }
    return e.getMessage() == null ? "nothing listens there" : e.getMessage();
  }

  private HttpRequest request(String method, String path, @Nullable ObjectNode body) {
    HttpRequest.Builder request;
    try {
      request = HttpRequest.newBuilder(URI.create(url + path));
    } catch (IllegalArgumentException e) {
      throw new FailedException(0, "\"" + url + "\" is not a URL such as http://127.0.0.1:8071", e);
    }
    request.method(
        method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (token != null && !token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return request.build();
  }

  private static JsonNode parsed(String body) {
    try {
      return body.isBlank() ? object() : JSON.readTree(body);
    } catch (JacksonException e) {
      return object();
    }
  }

  private static String why(JsonNode answer, String body) {
    JsonNode detail = answer.path("detail");
    if (detail.isString()) {
      return detail.asString();
    }
    if (detail.isArray() && !detail.isEmpty()) {
      JsonNode first = detail.get(0);
      JsonNode loc = first.path("loc");
      String field = loc.isEmpty() ? "" : loc.get(loc.size() - 1).asString() + ": ";
      return field + first.path("msg").asString("");
    }
    return body;
  }

  @Override
  public void close() {
    http.close();
  }
}
