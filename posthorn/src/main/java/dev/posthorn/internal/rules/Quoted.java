package dev.posthorn.internal.rules;

/** Quotes values in messages: in quotation marks, and no more than their start. */
public final class Quoted {
  private static final int SHOWN = 300;

  private Quoted() {}

  /** Returns a text in quotation marks; a long one is cut, and its length follows. */
  public static String of(String text) {
    String quoted = "\"" + start(text) + "\"";
    return text.length() <= SHOWN ? quoted : quoted + " (" + text.length() + " characters)";
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
