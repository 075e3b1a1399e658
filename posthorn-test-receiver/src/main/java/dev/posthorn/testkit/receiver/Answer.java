package dev.posthorn.testkit.receiver;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer of a {@link Receiver}.
 *
 * @param status the status code
 * @param headers names and values alternating; without Content-Length, which the receiver sets
 * @param body the exact bytes
 * @param delay the time that the receiver waits before it answers
 */
public record Answer(int status, List<String> headers, byte[] body, Duration delay) {

  private static final byte[] NO_BYTES = {};

  /** Returns an answer without a body. */
  public static Answer status(int status) {
    return new Answer(status, List.of(), NO_BYTES, Duration.ZERO);
  }

  /** Returns this answer with one more header. */
  public Answer header(String name, String value) {
    List<String> all = new ArrayList<>(headers);
    all.add(name);
    all.add(value);
    return new Answer(status, List.copyOf(all), body, delay);
  }

  /** Returns this answer with a body of UTF-8 text. */
  public Answer body(String text) {
    return new Answer(status, headers, text.getBytes(StandardCharsets.UTF_8), delay);
  }

  /** Returns this answer, sent after {@code delay}. */
  public Answer after(Duration delay) {
    return new Answer(status, headers, body, delay);
  }
}
