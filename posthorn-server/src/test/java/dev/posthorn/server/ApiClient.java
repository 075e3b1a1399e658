package dev.posthorn.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Client of a server with one token, which checks every answer against the API's contract.
 *
 * @param http sends the requests
 * @param server returns the server's current URL
 * @param token the token; empty for none
 * @param contract the contract of the answers
 */
public record ApiClient(
    HttpClient http, Supplier<String> server, String token, Supplier<Contract> contract) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Sends a GET request. */
  public Reply get(String path) {
    return send("GET", path, null);
  }

  /** Posts JSON; null for no body. */
  public Reply post(String path, @Nullable String json, String... headers) {
    return send("POST", path, json, headers);
  }

  /** Puts JSON. */
  public Reply put(String path, String json) {
    return send("PUT", path, json);
  }

  /** Patches with JSON. */
  public Reply patch(String path, String json) {
    return send("PATCH", path, json);
  }

  /** Sends a DELETE request. */
  public Reply delete(String path) {
    return send("DELETE", path, null);
  }

  /**
   * Sends a request.
   *
   * @param path the path with its query, encoded
   * @param json the body, or null for none
   * @param headers further headers: names and values in turn
   */
  public Reply send(String method, String path, @Nullable String json, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.get() + path))
            .timeout(PATIENCE)
            .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (json != null) {
      request.header("Content-Type", "application/json");
    }
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<byte[]> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      Reply reply =
          new Reply(
              method + " " + path, response.statusCode(), response.headers(), response.body());
      contract.get().check(method, path, reply);
      return reply;
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
