package dev.posthorn.internal.rules;

import java.util.HexFormat;

/**
 * Quotes the start of values in messages, with control characters escaped, so that a value cannot
 * forge a log line or control a terminal.
 */
public final class Quoted {
  private static final int SHOWN = 300;

  private Quoted() {}

  /** Returns a text in quotation marks; a long one is truncated, and its length follows. */
  public static String of(String text) {
    String quoted = "\"" + escaped(start(text)) + "\"";
    return text.length() <= SHOWN ? quoted : quoted + " (" + text.length() + " characters)";
  }

  private static String escaped(String text) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        escaped.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** Returns the start of a text, or all of it if it is short. */
  public static String start(String text) {
    if (text.length() <= SHOWN) {
      return text;
    }
    // Half of a surrogate pair is not a character.
    int end = Character.isHighSurrogate(text.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
    return text.substring(0, end) + "…";
  }
}
