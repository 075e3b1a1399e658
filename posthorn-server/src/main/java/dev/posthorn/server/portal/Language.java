package dev.posthorn.server.portal;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The languages of the portal: one file of words each. */
public final class Language {
  private static final Set<String> ALL = new TreeSet<>(List.of("en", "de", "pt"));
  private static final String DEFAULT = "en";

  /** The longest header that is looked at: a longer one is none of a browser. */
  private static final int LONGEST = 1_000;

  private Language() {}

  /** Returns the codes of all languages. */
  public static Set<String> all() {
    return Set.copyOf(ALL);
  }

  /**
   * Returns the language that a browser likes most.
   *
   * @param accepted the header {@code Accept-Language}, or null
   */
  static String of(@Nullable String accepted) {
    if (accepted == null || accepted.length() > LONGEST) {
      return DEFAULT;
    }
    List<Locale.LanguageRange> ranges;
    try {
      ranges = Locale.LanguageRange.parse(accepted); // by weight, the largest first
    } catch (IllegalArgumentException e) {
      return DEFAULT;
    }
    String found = Locale.lookupTag(ranges, ALL);
    return found == null ? DEFAULT : found;
  }
}
