package dev.posthorn.spi.store;

import java.util.List;

/**
 * A token that gives access to an environment, without the token itself.
 *
 * @param id its id
 * @param grant the access that it gives
 * @param name its name for people
 * @param hash the SHA-256 of the token, unique
 * @param hint the token's last characters, by which people tell it from others
 * @param created the time it was made
 */
public record TokenRow(
    long id, TokenGrant grant, String name, byte[] hash, String hint, long created) {

  /** Returns the environment that it opens. */
  public long environment() {
    return grant.environment();
  }

  /** Returns the only application that it opens, or 0 for the whole environment. */
  public long application() {
    return grant.application();
  }

  /** Returns its purpose. */
  public Kind kind() {
    return grant.kind();
  }

  /** Returns the operations that it allows; empty means those of its kind. */
  public List<String> scopes() {
    return grant.scopes();
  }

  /** Returns the time until which it counts, or 0 for no end. */
  public long expires() {
    return grant.expires();
  }

  /** Returns this token with another end. */
  public TokenRow expiring(long at) {
    return new TokenRow(id, grant.expiring(at), name, hash, hint, created);
  }

  /** Returns this token with another name and other scopes. */
  public TokenRow with(String otherName, List<String> otherScopes) {
    return new TokenRow(id, grant.withScopes(otherScopes), otherName, hash, hint, created);
  }

  /** The purpose of a token. The order is stored: append only. */
  public enum Kind {
    /** A program of the host uses the API. */
    API_KEY,
    /** A customer sees an application of theirs. */
    PORTAL,
    /** Nothing any more: kept so that it cannot come back. */
    REVOKED
  }
}
