package dev.posthorn.internal.rules;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Limits of length and number, and the messages for values that exceed them. */
public final class Problems {
  private Problems() {}

  /** Returns the problem with a text that may have so many characters; null for no text. */
  public static @Nullable String ofLength(@Nullable String text, int max) {
    return text == null ? null : ofLength(text.length(), max);
  }

  /** Returns the problem with so many characters. */
  public static @Nullable String ofLength(int length, int max) {
    return length <= max
        ? null
        : "must have at most " + max + " characters, but has " + length + "; shorten it";
  }

  /** Returns the problem with a text that must not be empty and may have so many characters. */
  public static @Nullable String ofRequired(String text, int max) {
    return text.isEmpty() ? "must not be empty" : ofLength(text, max);
  }

  /** Returns the problem with so many values. */
  public static @Nullable String ofNumber(int size, int max) {
    return size <= max
        ? null
        : "must have at most " + max + " values, but has " + size + "; leave some out";
  }

  /** Returns the problem with some texts, of which there may be so many and none may be empty. */
  public static @Nullable String ofTexts(Collection<String> texts, int max) {
    return texts.contains("")
        ? "must not have an empty value; leave it out"
        : ofNumber(texts.size(), max);
  }

  /** Returns how many characters texts have together. */
  static int length(Collection<String> texts) {
    return texts.stream().mapToInt(String::length).sum();
  }
}
