package dev.posthorn.spi.store;

import java.util.List;

/**
 * The access that a token gives.
 *
 * @param environment the environment that it opens
 * @param application the only application that it opens, or 0 for the whole environment
 * @param kind its purpose
 * @param scopes the operations that it allows; empty means those of its kind
 * @param expires the time until which it counts, or 0 for no end
 */
public record TokenGrant(
    long environment, long application, TokenRow.Kind kind, List<String> scopes, long expires) {

  /** Creates a grant. */
  public TokenGrant {
    scopes = List.copyOf(scopes);
  }

  /** Returns this grant with another end. */
  public TokenGrant expiring(long at) {
    return new TokenGrant(environment, application, kind, scopes, at);
  }

  /** Returns this grant with other scopes. */
  public TokenGrant withScopes(List<String> others) {
    return new TokenGrant(environment, application, kind, others, expires);
  }
}
