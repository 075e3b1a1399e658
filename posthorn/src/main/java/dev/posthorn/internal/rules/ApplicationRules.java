package dev.posthorn.internal.rules;

import org.jspecify.annotations.Nullable;

/** Rules for applications. */
public final class ApplicationRules {
  /** Maximum number of characters of an application's name, which is for people. */
  public static final int MAX_NAME = 256;

  /** The range of the rate limit for all of its endpoints together; 0 for none. */
  public static final NumberRange RATE_LIMIT = EndpointRules.RATE_LIMIT;

  private ApplicationRules() {}

  /** Returns the problem with an application's name, or null. */
  public static @Nullable String nameProblem(String name) {
    return Problems.ofRequired(name, MAX_NAME);
  }
}
