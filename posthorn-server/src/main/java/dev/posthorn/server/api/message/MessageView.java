package dev.posthorn.server.api.message;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.http.Answer;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Writes messages. A JSON payload is returned byte for byte as it was sent. */
public final class MessageView {
  private static final String JSON_TYPE = "application/json";
  private static final byte[] PAYLOAD = ",\"payload\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_PAYLOAD = {'{', '}'};

  private final ApiSupport api;

  public MessageView(ApiSupport api) {
    this.api = api;
  }

  /**
   * The properties of a message besides its payload.
   *
   * @param id its id
   * @param spec its description
   */
  public record Head(long id, MessageSpec spec) {
    public static Head of(MessageRow row) {
      return new Head(row.id(), row.spec());
    }
  }

  /** Answers with a page of messages. */
  Answer answer(Paging paging, Page<MessageRow> page, boolean withContent) {
    Page<MessageRow> shown = withContent ? api.withBodies(page) : page;
    return paging.answer(
        shown.rows(),
        shown.next(),
        MessageRow::id,
        id -> api.id(IdPrefix.MESSAGE, id),
        (json, row) -> write(json, row, withContent));
  }

  /**
   * A message's payload.
   *
   * @param type its media type
   * @param payload the bytes
   * @param wanted whether the client wants it
   */
  public record Content(String type, byte[] payload, boolean wanted) {
    boolean isJson() {
      return type.equals(JSON_TYPE);
    }
  }

  /**
   * Answers with one message, copying its payload into the answer.
   *
   * @param more writes further properties
   */
  public Answer answer(int status, Head head, Content content, Consumer<JsonGenerator> more) {
    Answer shown =
        Answer.json(
            status,
            json -> {
              json.writeStartObject();
              write(json, head);
              if (content.wanted && !content.isJson()) {
                text(json, content.type, content.payload);
              }
              more.accept(json);
              json.writeEndObject();
            });
    byte[] value = content.wanted && content.isJson() ? content.payload : NO_PAYLOAD;
    byte[] before = shown.body();
    // The payload is inserted before the closing brace, so that it is not parsed again.
    byte[] body = new byte[before.length + PAYLOAD.length + value.length];
    System.arraycopy(before, 0, body, 0, before.length - 1);
    System.arraycopy(PAYLOAD, 0, body, before.length - 1, PAYLOAD.length);
    System.arraycopy(value, 0, body, before.length - 1 + PAYLOAD.length, value.length);
    body[body.length - 1] = '}';
    return Answer.jsonBytes(status, body);
  }

  /** Writes the properties of a message, optionally with its payload. */
  public void write(JsonGenerator json, MessageRow row, boolean withContent) {
    write(json, Head.of(row));
    payload(json, row, withContent);
  }

  /** Writes a message's payload: as a string if it is not JSON, as expired if it was expunged. */
  void payload(JsonGenerator json, MessageRow row, boolean withContent) {
    json.writeName("payload");
    if (row.expunged()) {
      json.writeRawValue("{\"expired\":true}");
    } else if (!withContent || !row.contentType().equals(JSON_TYPE)) {
      json.writeRawValue("{}");
      if (withContent) {
        text(json, row.contentType(), row.body());
      }
    } else {
      json.writeRawValue(new String(row.body(), StandardCharsets.UTF_8));
    }
  }

  private static void text(JsonGenerator json, String contentType, byte[] payload) {
    json.writeStringProperty("contentType", contentType);
    json.writeStringProperty("rawPayload", new String(payload, StandardCharsets.UTF_8));
  }

  /** Writes all properties but the payload. */
  void write(JsonGenerator json, Head head) {
    MessageSpec spec = head.spec();
    json.writeStringProperty("id", api.engine().publicIds().message(head.id(), spec.publicId()));
    Json.text(json, "eventId", spec.eventId());
    json.writeStringProperty("eventType", spec.type());
    Json.listOrNull(json, "channels", spec.channels());
    Json.listOrNull(json, "tags", spec.tags());
    Json.time(json, "timestamp", Ids.timeOf(head.id()));
    Json.timeOrNull(json, "deliverAt", spec.deliverAt());
  }
}
