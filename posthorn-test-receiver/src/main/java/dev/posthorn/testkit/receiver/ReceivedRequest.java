package dev.posthorn.testkit.receiver;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A received request.
 *
 * @param method such as {@code POST}
 * @param path the path with its query, as in the request line
 * @param headers the headers in order, with names as sent
 * @param body the exact bytes
 * @param connection the number of the connection that carried it, counted from 1
 */
public record ReceivedRequest(
    String method,
    String path,
    List<Map.Entry<String, String>> headers,
    byte[] body,
    int connection) {

  /** Returns the first header with this name, in any case, or null. */
  public @Nullable String header(String name) {
    for (Map.Entry<String, String> header : headers) {
      if (header.getKey().equalsIgnoreCase(name)) {
        return header.getValue();
      }
    }
    return null;
  }

  /** Returns the body as UTF-8 text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
