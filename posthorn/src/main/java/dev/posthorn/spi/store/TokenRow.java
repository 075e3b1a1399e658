package dev.posthorn.spi.store;

import java.util.List;

/**
 * A token that gives access to an environment, without the token itself.
 *
 * @param id its id
 * @param environment where it counts
 * @param application the only application that it opens, or 0 for the whole environment
 * @param kind what it is for
 * @param name what people call it
 * @param hash the SHA-256 of the token, unique
 * @param hint the token's last characters, by which people tell it from others
 * @param scopes what it allows; empty means what its kind does
 * @param created when it was made
 * @param expires until when it counts, or 0 for no end
 */
public record TokenRow(
    long id,
    long environment,
    long application,
    Kind kind,
    String name,
    byte[] hash,
    String hint,
    List<String> scopes,
    long created,
    long expires) {

  /** Returns this token with another end. */
  public TokenRow expiring(long at) {
    return new TokenRow(id, environment, application, kind, name, hash, hint, scopes, created, at);
  }

  /** Returns this token with another name and other scopes. */
  public TokenRow with(String otherName, List<String> otherScopes) {
    return new TokenRow(
        id,
        environment,
        application,
        kind,
        otherName,
        hash,
        hint,
        List.copyOf(otherScopes),
        created,
        expires);
  }

  /** What a token is for. The order is stored: append only. */
  public enum Kind {
    /** A program of the host uses the API. */
    API_KEY,
    /** A customer sees an application of theirs. */
    PORTAL,
    /** Nothing any more: kept so that it cannot come back. */
    REVOKED
  }
}
