package dev.posthorn;

/**
 * A mapper that writes objects as JSON in place of Jackson 3: {@code
 * objectMapper::writeValueAsString} (Jackson), {@code gson::toJson} (Gson), {@code jsonb::toJson}
 * (JSON-B). Thread-safe.
 */
@FunctionalInterface
public interface PayloadMapper {
  /**
   * Returns an object as the text of one JSON value. Called on the thread that sends.
   *
   * @throws Exception if the object cannot be written; the message is rejected with INVALID
   */
  String toJson(Object payload) throws Exception;
}
