package dev.posthorn.internal.rules;

import java.util.regex.Pattern;

/**
 * Rules for names that users choose: uids, event types, event ids, groups and feature flags.
 *
 * <p>A name must remain unchanged in a URL: parsers remove {@code .} and {@code ..} from paths.
 * Slashes are not allowed, as many proxies decode {@code %2F} on the way.
 */
public final class NameRules {
  /** Maximum number of characters of a name. */
  public static final int MAX_LENGTH = 256;

  /** The rule for a name. */
  public static final TextRule NAME =
      new TextRule(
          Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9\\-_.]{1,256}"),
          MAX_LENGTH,
          "1 to 256 of the characters a-z A-Z 0-9 - _ . and not . or .. alone",
          "invoice.paid");

  private NameRules() {}
}
