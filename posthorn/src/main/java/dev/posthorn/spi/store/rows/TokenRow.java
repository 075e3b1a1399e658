package dev.posthorn.spi.store.rows;

import java.util.List;

/**
 * A stored token that gives access to an environment, without the token itself.
 *
 * @param id its id
 * @param grant the access that it gives
 * @param name its display name
 * @param hash the SHA-256 of the token, unique
 * @param hint the token's last characters, by which people recognize it
 * @param created the time it was created
 */
public record TokenRow(
    long id, TokenGrant grant, String name, byte[] hash, String hint, long created) {

  /** Returns the environment in which it is valid. */
  public long environment() {
    return grant.environment();
  }

  /** Returns the only application that it gives access to, or 0 for the whole environment. */
  public long application() {
    return grant.application();
  }

  /** Returns its kind. */
  public Kind kind() {
    return grant.kind();
  }

  /** Returns the operations that it allows; empty means all that its kind allows. */
  public List<String> scopes() {
    return grant.scopes();
  }

  /** Returns the time at which it expires, or 0 for never. */
  public long expires() {
    return grant.expires();
  }

  /** Returns this token with another time of expiry. */
  public TokenRow expiring(long at) {
    return new TokenRow(id, grant.expiring(at), name, hash, hint, created);
  }

  /** Returns this token with another name and other scopes. */
  public TokenRow with(String otherName, List<String> otherScopes) {
    return new TokenRow(id, grant.withScopes(otherScopes), otherName, hash, hint, created);
  }

  /** Kind of token. The order is stored: append only. */
  public enum Kind {
    /** For programs of the host that use the API. */
    API_KEY,
    /** For a customer who views an application of theirs. */
    PORTAL,
    /** For nothing: a revoked token, kept so that it cannot come back. */
    REVOKED,
    /** For a person who has signed in to the console: the value of a cookie. */
    CONSOLE_SESSION,
    /** For signing in to the console once: the value in a link. */
    CONSOLE_LINK
  }
}
