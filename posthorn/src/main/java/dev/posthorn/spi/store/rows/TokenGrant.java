package dev.posthorn.spi.store.rows;

import java.util.List;

/**
 * The access that a token gives.
 *
 * @param environment the environment in which it is valid
 * @param application the only application that it gives access to, or 0 for the whole environment
 * @param kind its kind
 * @param scopes the operations that it allows; empty means all that its kind allows
 * @param expires the time at which it expires, or 0 for never
 */
public record TokenGrant(
    long environment, long application, TokenRow.Kind kind, List<String> scopes, long expires) {

  /** Creates a grant. */
  public TokenGrant {
    scopes = List.copyOf(scopes);
  }

  /** Returns this grant with another time of expiry. */
  public TokenGrant expiring(long at) {
    return new TokenGrant(environment, application, kind, scopes, at);
  }

  /** Returns this grant with other scopes. */
  public TokenGrant withScopes(List<String> others) {
    return new TokenGrant(environment, application, kind, others, expires);
  }
}
