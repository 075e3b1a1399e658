package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer of a server.
 *
 * @param request the method and path of the request
 * @param status the HTTP status
 * @param headers the headers
 * @param body the exact bytes
 */
public record Reply(String request, int status, HttpHeaders headers, byte[] body) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Fails unless the answer has this status; the failure shows the body. */
  public Reply expect(int status) {
    assertThat(this.status).as("%s: %s", request, text()).isEqualTo(status);
    return this;
  }

  /** Returns the body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Returns the body as JSON. */
  public JsonNode json() {
    return MAPPER.readTree(body);
  }

  /** Returns a value by its JSON pointer, such as {@code /data/0/id}; fails if it is missing. */
  public JsonNode at(String pointer) {
    JsonNode node = json().at(pointer);
    assertThat(node.isMissingNode()).as("%s has no %s: %s", request, pointer, text()).isFalse();
    return node;
  }

  /** Returns the property {@code id}. */
  public String id() {
    return at("/id").asString();
  }

  /** Returns a header, or null. */
  public @Nullable String header(String name) {
    return headers.firstValue(name).orElse(null);
  }
}
