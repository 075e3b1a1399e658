package dev.posthorn.cidadao;

import dev.posthorn.spi.store.rows.AttemptRow;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The texts of attempts as the original showed them. */
final class Results {
  private static final int BODY_CHARACTERS = 1_000;

  private Results() {}

  /** Returns the first characters of a response's body, as many as the original kept. */
  static String responseBody(AttemptRow answered) {
    return shortened(text(answered));
  }

  /** Returns the error of an attempt that had no response. */
  static @Nullable String error(AttemptRow failed) {
    return failed.isExchange() ? failed.error() + ": " + text(failed) : failed.error();
  }

  private static String text(AttemptRow row) {
    return new String(row.excerpt(), StandardCharsets.UTF_8);
  }

  private static String shortened(String text) {
    return text.codePointCount(0, text.length()) <= BODY_CHARACTERS
        ? text
        : text.substring(0, text.offsetByCodePoints(0, BODY_CHARACTERS));
  }
}
