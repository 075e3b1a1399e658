package dev.posthorn.internal.postgresql.sql;

import dev.posthorn.internal.rows.TextForm;
import org.jspecify.annotations.Nullable;

/**
 * Texts as PostgreSQL stores them. It refuses NUL, and UTF-8 has no form of half a surrogate pair.
 * So U+FFFF, which is no character, and four hexadecimal digits stand for each of these, and for
 * U+FFFF itself. All other texts are stored unchanged.
 */
public final class Texts {
  /** The form of texts in records. */
  public static final TextForm FORM =
      new TextForm() {
        @Override
        public String toStored(String text) {
          return Texts.toStored(text);
        }

        @Override
        public String ofStored(String stored) {
          return Texts.ofStored(stored);
        }
      };

  private static final char MARK = '\uFFFF';
  private static final int DIGITS = 4;

  private Texts() {}

  /** Returns the stored form of a text, or null for null. */
  public static @Nullable String orNull(@Nullable String text) {
    return text == null ? null : toStored(text);
  }

  /** Returns the text of a stored form, or null for null. */
  public static @Nullable String ofStoredOrNull(@Nullable String stored) {
    return stored == null ? null : ofStored(stored);
  }

  /** Returns the stored form of a text. */
  public static String toStored(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isStrange(text, i)) {
        return marked(text, i);
      }
    }
    return text;
  }

  private static boolean isStrange(String text, int at) {
    char unit = text.charAt(at);
    if (!Character.isSurrogate(unit)) {
      return unit == 0 || unit == MARK;
    }
    return Character.isHighSurrogate(unit)
        ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
        : at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
  }

  private static String marked(String text, int first) {
    StringBuilder stored = new StringBuilder(text.length() + 2 * DIGITS).append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (isStrange(text, i)) {
        stored.append(MARK);
        for (int shift = 12; shift >= 0; shift -= DIGITS) {
          stored.append(Character.forDigit(unit >> shift & 0xf, 16));
        }
      } else {
        stored.append(unit);
      }
    }
    return stored.toString();
  }

  /** Returns the text of a stored form. */
  public static String ofStored(String stored) {
    int mark = stored.indexOf(MARK);
    if (mark < 0) {
      return stored;
    }
    StringBuilder text = new StringBuilder(stored.length());
    int done = 0;
    while (mark >= 0) {
      text.append(stored, done, mark);
      done = mark + 1 + DIGITS;
      text.append((char) Integer.parseInt(stored, mark + 1, done, 16));
      mark = stored.indexOf(MARK, done);
    }
    return text.append(stored, done, stored.length()).toString();
  }
}
