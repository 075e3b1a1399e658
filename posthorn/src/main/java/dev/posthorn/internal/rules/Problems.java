package dev.posthorn.internal.rules;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Limits of length and number, and the messages for values that exceed them. */
public final class Problems {
  private Problems() {}

  /** Returns the problem with a text of limited length, or null; null for no text. */
  public static @Nullable String ofLength(@Nullable String text, int max) {
    return text == null ? null : ofLength(text.length(), max);
  }

  /** Returns the problem with a length, or null. */
  public static @Nullable String ofLength(int length, int max) {
    return length <= max
        ? null
        : "must have at most " + max + " characters, but has " + length + "; shorten it";
  }

  /** Returns the problem with a non-empty text of limited length, or null. */
  public static @Nullable String ofRequired(String text, int max) {
    return text.isEmpty() ? "must not be empty" : ofLength(text, max);
  }

  /** Returns the problem with a number of values, or null. */
  public static @Nullable String ofNumber(int size, int max) {
    return size <= max
        ? null
        : "must have at most " + max + " values, but has " + size + "; leave some out";
  }

  /** Returns the problem with a limited number of non-empty texts, or null. */
  public static @Nullable String ofTexts(Collection<String> texts, int max) {
    return texts.contains("")
        ? "must not have an empty value; leave it out"
        : ofNumber(texts.size(), max);
  }

  /** Returns the total number of characters of some texts. */
  static int length(Collection<String> texts) {
    return texts.stream().mapToInt(String::length).sum();
  }
}
