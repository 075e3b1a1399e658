package dev.posthorn.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JSON Web Tokens (RFC 7519) signed with HS256, as the Svix server accepts them: {@code
 * sub} names the environment ({@code org_…}) or an application ({@code app_…}).
 */
public final class Jwts {
  /**
   * Minimum length of a secret: HS256 requires a key as long as its hash (RFC 7518, section 3.2).
   */
  public static final int LEAST_SECRET_BYTES = 32;

  private final byte[] secret;
  private final JWSVerifier verifier;

  /**
   * The claims of a valid token.
   *
   * @param subject the environment or application that it is for
   * @param organization the environment that the subject claims to be in, or null
   * @param expires its expiry time in milliseconds, or 0 for none
   */
  public record Claims(String subject, @Nullable String organization, long expires) {}

  /**
   * Creates a verifier of tokens signed with a secret.
   *
   * @throws IllegalArgumentException if the secret is empty
   */
  public Jwts(String secret) {
    if (secret.isEmpty()) {
      throw new IllegalArgumentException("the JWT secret is empty");
    }
    // HMAC itself pads a shorter key with zeros (RFC 2104), so this changes no signature. The
    // library refuses short keys, but other servers that clients migrate from use them.
    byte[] given = secret.getBytes(StandardCharsets.UTF_8);
    this.secret = Arrays.copyOf(given, Math.max(given.length, LEAST_SECRET_BYTES));
    try {
      this.verifier = new MACVerifier(this.secret);
    } catch (JOSEException e) {
      throw new IllegalStateException("HS256 is not available in this Java runtime", e);
    }
  }

  /** Returns whether a secret is shorter than HS256 requires, so that it could be guessed. */
  public static boolean isShort(String secret) {
    return secret.getBytes(StandardCharsets.UTF_8).length < LEAST_SECRET_BYTES;
  }

  /**
   * Returns the claims of a token, or null if it is invalid at a time. Accepts only the canonical
   * encoding of a token; the library would accept others with the same signature.
   */
  public @Nullable Claims verify(String token, Instant now) {
    if (!isCanonical(token)) {
      return null;
    }
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (!JWSAlgorithm.HS256.equals(jwt.getHeader().getAlgorithm()) || !jwt.verify(verifier)) {
        return null;
      }
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      String subject = claims.getSubject();
      Date expires = claims.getExpirationTime();
      Date from = claims.getNotBeforeTime();
      if (subject == null
          || (expires != null && !now.isBefore(expires.toInstant()))
          || (from != null && now.isBefore(from.toInstant()))) {
        return null;
      }
      return new Claims(
          subject,
          claims.getStringClaim("organization"),
          expires == null ? 0 : expires.toInstant().toEpochMilli());
    } catch (ParseException | JOSEException e) {
      return null;
    }
  }

  /** Returns the signed part of a token: its header and claims. */
  static String signed(String token) {
    return token.substring(0, token.lastIndexOf('.'));
  }

  /**
   * Returns whether a token consists of three parts in canonical base64url (RFC 7515): without
   * padding, other characters, or bits set in the unused rest of the last character.
   */
  private static boolean isCanonical(String token) {
    String[] parts = token.split("\\.", 4);
    if (parts.length != 3) {
      return false;
    }
    try {
      for (String part : parts) {
        byte[] bytes = Base64.getUrlDecoder().decode(part);
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
          return false;
        }
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns a signed token for a subject; for tools and tests. */
  public String sign(String subject, Instant now, @Nullable Instant expires) {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder().subject(subject).issuer("posthorn").issueTime(Date.from(now));
    if (expires != null) {
      claims.expirationTime(Date.from(expires));
    }
    try {
      SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
      jwt.sign(new MACSigner(secret));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("HS256 is not available in this Java runtime", e);
    }
  }
}
