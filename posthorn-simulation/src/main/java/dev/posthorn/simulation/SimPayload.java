package dev.posthorn.simulation;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Payloads of simulated messages: each names its event and the time at which it expires. */
final class SimPayload {
  private SimPayload() {}

  /**
   * Returns a payload.
   *
   * @param expires by wall time; 0 for never
   * @param more bytes to add to the size
   */
  static byte[] of(@Nullable String eventId, long expires, int more) {
    return (eventId + " " + expires + " ".repeat(more)).getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the time at which a payload says that it expires, or the largest for never. */
  static long expires(byte[] payload) {
    String text = new String(payload, StandardCharsets.UTF_8);
    long expires = Long.parseLong(text.substring(text.indexOf(' ') + 1).strip());
    return expires == 0 ? Long.MAX_VALUE : expires;
  }
}
