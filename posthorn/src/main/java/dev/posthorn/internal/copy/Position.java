package dev.posthorn.internal.copy;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The place of a row among those of its kind: the numbers of its key, or nothing if rows of the
 * kind are always read from the first one on.
 *
 * @param key the numbers
 */
public record Position(long... key) {
  /** The place before the first row. */
  public static final Position START = new Position();

  /** Returns the position of a text. */
  public static Position of(String text) {
    return text.isEmpty()
        ? START
        : new Position(Arrays.stream(text.split(",", -1)).mapToLong(Long::parseLong).toArray());
  }

  /** Returns whether this is the place before the first row. */
  public boolean isStart() {
    return key.length == 0;
  }

  /** Returns the position as a text. */
  public String text() {
    return Arrays.stream(key).mapToObj(Long::toString).collect(Collectors.joining(","));
  }
}
