package dev.posthorn;

/**
 * The application's own way to write objects as JSON, in place of Jackson 3: {@code
 * objectMapper::writeValueAsString} (Jackson), {@code gson::toJson} (Gson), {@code jsonb::toJson}
 * (JSON-B). Thread-safe.
 */
@FunctionalInterface
public interface PayloadMapper {
  /**
   * Returns an object as the text of one JSON value. Called on the thread that sends.
   *
   * @throws Exception if it cannot be written; the message is refused with INVALID then
   */
  String toJson(Object payload) throws Exception;
}
