package dev.posthorn.internal.file;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;

/** Parses file modes as people write them. */
public final class FileModes {
  private static final Pattern OCTAL = Pattern.compile("0?[0-7]{3}");
  private static final String LETTERS = "rwxrwxrwx";

  private FileModes() {}

  /**
   * Returns the permissions of {@code rw-r-----}, {@code 640} or {@code 0640}.
   *
   * @throws IllegalArgumentException if the text has another form; the message gives a valid one
   */
  public static Set<PosixFilePermission> parse(String text) {
    try {
      return PosixFilePermissions.fromString(
          OCTAL.matcher(text).matches() ? letters(Integer.parseInt(text, 8)) : text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" must be the mode of a file, such as rw-r----- or 0640", e);
    }
  }

  private static String letters(int mode) {
    StringBuilder text = new StringBuilder(LETTERS.length());
    for (int i = 0; i < LETTERS.length(); i++) {
      boolean given = (mode >> (LETTERS.length() - 1 - i) & 1) == 1;
      text.append(given ? LETTERS.charAt(i) : '-');
    }
    return text.toString();
  }
}
