package dev.posthorn.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Generates opaque tokens and the hashes under which they are stored. */
public final class Tokens {
  /** Prefix of an environment's API key. */
  public static final String API_KEY = "phk_";

  /** Prefix of a portal token, which gives access to one application. */
  public static final String PORTAL = "appsk_";

  /** Prefix of the value of a console session's cookie. */
  static final String SESSION = "phs_";

  /** Prefix of the code in a link to the console. */
  static final String LINK = "phl_";

  private static final int BYTES = 32;
  private static final int HINT = 4;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Tokens() {}

  /** Returns a new token of 256 random bits. */
  public static String generate(String prefix) {
    byte[] random = new byte[BYTES];
    RANDOM.nextBytes(random);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /**
   * Returns the SHA-256 hash of a token: with 256 random bits, a slow hash would add no security.
   */
  public static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available in this Java runtime", e);
    }
  }

  /** Returns the end of a token, which helps people to recognize it. */
  public static String hint(String token) {
    return token.substring(token.length() - HINT);
  }
}
