package dev.posthorn.server.http;

import dev.posthorn.spi.wire.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.ByteArrayBuilder;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * A response to a client.
 *
 * @param status the HTTP status
 * @param contentType the body's media type, or null if there is no body
 * @param body the body; empty if none
 * @param headers further headers
 * @param isShared whether all clients get the same body bytes, so that the answer takes no memory
 *     of its own
 */
public record Answer(
    int status, @Nullable String contentType, byte[] body, List<Header> headers, boolean isShared) {
  private static final byte[] NOTHING = {};
  private static final JsonFactory JSON =
      JsonFactory.builder().recyclerPool(JsonRecyclerPools.threadLocalPool()).build();

  /** Creates an answer for one client. */
  public Answer(int status, @Nullable String contentType, byte[] body, List<Header> headers) {
    this(status, contentType, body, headers, false);
  }

  /** Returns an answer without a body: 204, or for HEAD. */
  public static Answer empty(int status) {
    return new Answer(status, null, NOTHING, List.of());
  }

  /** Returns an answer with a JSON body. */
  public static Answer json(int status, Consumer<JsonGenerator> body) {
    return new Answer(status, "application/json", written(body), List.of());
  }

  /** Returns a JSON object with some properties. */
  public static byte[] object(Consumer<JsonGenerator> properties) {
    return written(
        json -> {
          json.writeStartObject();
          properties.accept(json);
          json.writeEndObject();
        });
  }

  private static byte[] written(Consumer<JsonGenerator> value) {
    ByteArrayBuilder bytes = new ByteArrayBuilder(512);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      value.accept(json);
    }
    return bytes.toByteArray();
  }

  /** Returns an answer with a body that is already serialized as JSON. */
  public static Answer jsonBytes(int status, byte[] body) {
    return new Answer(status, "application/json", body, List.of());
  }

  /** Returns an answer with a text. */
  public static Answer text(int status, String contentType, String body) {
    return new Answer(status, contentType, body.getBytes(StandardCharsets.UTF_8), List.of());
  }

  /** Returns this answer with one more header. */
  public Answer with(String name, String value) {
    List<Header> all = new ArrayList<>(headers);
    all.add(new Header(name, value));
    return new Answer(status, contentType, body, List.copyOf(all), isShared);
  }

  /** Returns this answer marked as shared by all clients. */
  public Answer shared() {
    return new Answer(status, contentType, body, headers, true);
  }
}
