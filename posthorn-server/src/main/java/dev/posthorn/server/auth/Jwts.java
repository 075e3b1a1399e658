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
 * JSON Web Tokens (RFC 7519) signed with HS256, as the Svix server takes them: {@code sub} names
 * the environment ({@code org_…}) or an application ({@code app_…}).
 */
public final class Jwts {
  /** HS256 wants a key as long as its hash (RFC 7518, section 3.2). */
  public static final int LEAST_SECRET_BYTES = 32;

  private final byte[] secret;
  private final JWSVerifier verifier;

  /**
   * What a valid token says.
   *
   * @param subject whom it is for
   * @param organization the environment that it says the subject is in, or null
   * @param expires until when it counts, in milliseconds, or 0 for no end
   */
  public record Claims(String subject, @Nullable String organization, long expires) {}

  /**
   * Creates a reader of tokens that were signed with a secret.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public Jwts(String secret) {
    if (secret.isEmpty()) {
      throw new IllegalArgumentException("the JWT secret is empty");
    }
    // HMAC pads a shorter key with zeros itself (RFC 2104), so this changes no signature; the
    // library refuses short keys, which servers that clients come from have.
    byte[] given = secret.getBytes(StandardCharsets.UTF_8);
    this.secret = Arrays.copyOf(given, Math.max(given.length, LEAST_SECRET_BYTES));
    try {
      this.verifier = new MACVerifier(this.secret);
    } catch (JOSEException e) {
      throw new IllegalStateException("HS256 is not available in this Java runtime", e);
    }
  }

  /** Returns whether a secret can be found by trying, since it is shorter than HS256 wants. */
  public static boolean isShort(String secret) {
    return secret.getBytes(StandardCharsets.UTF_8).length < LEAST_SECRET_BYTES;
  }

  /**
   * Returns what a token says, or null if it is not valid at a time. A token has one spelling: the
   * library would take others of the same signature.
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

  /** Returns what of a token is signed: its header and its claims. */
  static String signed(String token) {
    return token.substring(0, token.lastIndexOf('.'));
  }

  /**
   * Returns whether a text is three parts in base64url as RFC 7515 writes it: no padding, no other
   * character, and nothing in the bits of the last one that are left over.
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

  /** Returns a token for a subject: for tools and tests. */
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
