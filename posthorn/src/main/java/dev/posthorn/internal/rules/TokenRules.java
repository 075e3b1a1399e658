package dev.posthorn.internal.rules;

import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules for environments, API keys and portal tokens. */
public final class TokenRules {
  /** The rule for the name of an environment. */
  public static final TextRule ENVIRONMENT =
      new TextRule(
          Pattern.compile("org_[A-Za-z0-9_-]{1,64}"),
          68,
          "org_ and 1 to 64 of the characters a-z A-Z 0-9 _ -",
          "org_default");

  /** Maximum number of characters of the name of an API key. */
  public static final int MAX_NAME = 256;

  /** The rule for the session of a portal token. */
  public static final TextRule SESSION =
      new TextRule(
          Pattern.compile("[a-zA-Z0-9@_-]{1,64}"),
          64,
          "1 to 64 of the characters a-z A-Z 0-9 @ _ -",
          "user@17");

  /** Maximum number of sessions that one request may end. */
  public static final int MAX_SESSIONS = 1_000;

  /** The range of the number of seconds for which a portal token is valid. */
  public static final NumberRange PORTAL_SECONDS = new NumberRange(3_600, 604_800);

  /** The range of the number of seconds after which a token may expire. */
  public static final NumberRange DELAY_SECONDS = new NumberRange(0, 259_200);

  /** The range of the number of seconds for which an API key is valid; 0 for unlimited. */
  public static final NumberRange KEY_SECONDS = new NumberRange(0, 100L * 366 * 86_400);

  private TokenRules() {}

  /** Returns the problem with the name of an API key, or null. */
  public static @Nullable String nameProblem(String name) {
    return Problems.ofRequired(name, MAX_NAME);
  }

  /** Returns the problem with sessions to end, or null. */
  public static @Nullable String sessionsProblem(Collection<String> sessions) {
    return SESSION.problem(sessions, MAX_SESSIONS);
  }
}
