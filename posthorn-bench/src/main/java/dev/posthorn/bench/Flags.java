package dev.posthorn.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** Numbers given on the command line as {@code --name N}, each with a default. */
public final class Flags {
  private final Map<String, Long> values = new LinkedHashMap<>();

  /** Adds a flag and its default. */
  public Flags with(String name, long value) {
    values.put(name, value);
    return this;
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if a flag is not known or its number is missing or not one
   */
  public Flags parse(String... args) {
    for (int i = 0; i < args.length; i += 2) {
      if (!values.containsKey(args[i]) || i + 1 == args.length) {
        throw new IllegalArgumentException(
            "unknown flag " + args[i] + ", or it has no number; use " + usage());
      }
      try {
        values.put(args[i], Long.parseLong(args[i + 1]));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            args[i] + " needs a number, not " + args[i + 1] + "; use " + usage(), e);
      }
    }
    return this;
  }

  /** Returns the flags with their defaults, for people. */
  public String usage() {
    StringBuilder usage = new StringBuilder();
    values.forEach((name, value) -> usage.append('[').append(name).append(" N] "));
    return usage.toString().strip();
  }

  /** Returns a flag's number. */
  public long get(String name) {
    Long value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("unknown flag " + name);
    }
    return value;
  }

  /** Returns a flag's number as an int. */
  public int number(String name) {
    return Math.toIntExact(get(name));
  }
}
