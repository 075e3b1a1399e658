package dev.posthorn.server.http;

/** What a client sent, as an error repeats it: in quotation marks, and no more than its start. */
public final class Quoted {
  private static final int SHOWN = 300;

  private Quoted() {}

  /** Returns a text in quotation marks; a long one is cut, and its length told. */
  public static String of(String text) {
    String quoted = "\"" + start(text) + "\"";
    return text.length() <= SHOWN ? quoted : quoted + " (" + text.length() + " characters)";
  }

  /** Returns no more of a text than its start. */
  static String start(String text) {
    if (text.length() <= SHOWN) {
      return text;
    }
    // Half of a surrogate pair is no text.
    int end = Character.isHighSurrogate(text.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
    return text.substring(0, end) + "…";
  }
}
