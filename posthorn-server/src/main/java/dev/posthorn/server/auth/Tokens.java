package dev.posthorn.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes opaque tokens, and the hashes that are kept of them. */
public final class Tokens {
  /** The prefix of an environment's API key. */
  public static final String API_KEY = "phk_";

  /** The prefix of a token that shows one application. */
  public static final String PORTAL = "appsk_";

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

  /** Returns the SHA-256 of a token: with 256 random bits in it, a slow hash would add nothing. */
  public static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available in this Java runtime", e);
    }
  }

  /** Returns the end of a token, by which people tell it from others. */
  public static String hint(String token) {
    return token.substring(token.length() - HINT);
  }
}
