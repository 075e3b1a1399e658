package dev.posthorn.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class JwtsTest {
  private static final String SECRET =
      "a secret of more than 32 characters, for all algorithms, 64.";
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private final Jwts jwts = new Jwts(SECRET);

  private static String signed(JWSAlgorithm algorithm, JWTClaimsSet claims) throws JOSEException {
    SignedJWT jwt = new SignedJWT(new JWSHeader(algorithm), claims);
    jwt.sign(new MACSigner(SECRET + "padding to have 64 bytes or more"));
    return jwt.serialize();
  }

  @Test
  void readWhatTheySign() {
    String token = jwts.sign("org_a", NOW, NOW.plusSeconds(60));
    assertThat(jwts.verify(token, NOW))
        .isEqualTo(new Jwts.Claims("org_a", null, NOW.plusSeconds(60).toEpochMilli()));
  }

  @Test
  void expire() {
    String token = jwts.sign("org_a", NOW, NOW.plusSeconds(60));
    assertThat(jwts.verify(token, NOW.plusSeconds(59))).isNotNull();
    assertThat(jwts.verify(token, NOW.plusSeconds(60))).isNull();
    assertThat(jwts.verify(jwts.sign("org_a", NOW, null), NOW.plusSeconds(1_000_000_000)))
        .isEqualTo(new Jwts.Claims("org_a", null, 0));
  }

  @Test
  void beginOnlyThen() throws JOSEException {
    Jwts padded = new Jwts(SECRET + "padding to have 64 bytes or more");
    String token =
        signed(
            JWSAlgorithm.HS256,
            new JWTClaimsSet.Builder().subject("org_a").notBeforeTime(Date.from(NOW)).build());
    assertThat(padded.verify(token, NOW.minusSeconds(1))).isNull();
    assertThat(padded.verify(token, NOW)).isNotNull();
  }

  @Test
  void areSignedWithTheSecret() {
    assertThat(jwts.verify(new Jwts(SECRET + "!").sign("org_a", NOW, null), NOW)).isNull();
  }

  @Test
  void areSignedAtAll() {
    String plain = new PlainJWT(new JWTClaimsSet.Builder().subject("org_a").build()).serialize();
    assertThat(jwts.verify(plain, NOW)).isNull();
    String token = jwts.sign("org_a", NOW, null);
    assertThat(jwts.verify(token.substring(0, token.lastIndexOf('.') + 1), NOW)).isNull();
  }

  @Test
  void areOfHs256Alone() throws JOSEException {
    Jwts padded = new Jwts(SECRET + "padding to have 64 bytes or more");
    JWTClaimsSet claims = new JWTClaimsSet.Builder().subject("org_a").build();
    assertThat(padded.verify(signed(JWSAlgorithm.HS256, claims), NOW)).isNotNull();
    assertThat(padded.verify(signed(JWSAlgorithm.HS384, claims), NOW)).isNull();
    assertThat(padded.verify(signed(JWSAlgorithm.HS512, claims), NOW)).isNull();
  }

  @Test
  void haveOneSpelling() {
    String token = jwts.sign("org_a", NOW, null);
    assertThat(jwts.verify(token, NOW)).isNotNull();
    for (String other : spellings(token)) {
      assertThat(jwts.verify(other, NOW)).as(other).isNull();
    }
  }

  /** Returns strings that lenient decoders read as the same token. */
  static List<String> spellings(String token) {
    List<String> all = new ArrayList<>();
    int last = token.length() - 1;
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int spare = 1; spare < 4; spare++) { // 32 bytes leave two bits of the last character
      char same = alphabet.charAt(alphabet.indexOf(token.charAt(last)) ^ spare);
      all.add(token.substring(0, last) + same);
    }
    for (int dot : new int[] {token.indexOf('.'), token.lastIndexOf('.'), token.length()}) {
      for (String more : new String[] {"=", "==", "A", "*", " ", "\t", "\n", "\0", ".", "é"}) {
        all.add(token.substring(0, dot) + more + token.substring(dot));
        all.add(token.substring(0, dot - 1) + more + token.substring(dot - 1));
      }
    }
    all.add(" " + token);
    int signature = token.lastIndexOf('.');
    String standard = token.substring(signature).replace('-', '+').replace('_', '/');
    if (!standard.equals(token.substring(signature))) {
      all.add(token.substring(0, signature) + standard);
    }
    return all;
  }

  @Test
  void mayNotBeInTheStandardAlphabet() {
    Instant at = NOW;
    String token = jwts.sign("org_a", at, null);
    while (!token.substring(token.lastIndexOf('.')).matches(".*[-_].*")) {
      at = at.plusSeconds(1);
      token = jwts.sign("org_a", at, null);
    }
    assertThat(jwts.verify(token, NOW)).isNotNull();
    String other = token.replace('-', '+').replace('_', '/');
    assertThat(jwts.verify(other, NOW)).isNull();
  }

  @Test
  void haveASubject() throws JOSEException {
    Jwts padded = new Jwts(SECRET + "padding to have 64 bytes or more");
    assertThat(padded.verify(signed(JWSAlgorithm.HS256, new JWTClaimsSet.Builder().build()), NOW))
        .isNull();
  }

  @Test
  void mayHaveAnotherOrganizationThanAText() throws JOSEException {
    Jwts padded = new Jwts(SECRET + "padding to have 64 bytes or more");
    assertThat(
            padded.verify(
                signed(
                    JWSAlgorithm.HS256,
                    new JWTClaimsSet.Builder().subject("a").claim("organization", 1).build()),
                NOW))
        .isNull();
  }

  @Test
  void areNoOtherText() {
    for (String text : new String[] {"", ".", "..", "a.b.c", "é", "e30.e30.e30", "phk_1"}) {
      assertThat(jwts.verify(text, NOW)).as(text).isNull();
    }
  }

  @Test
  void maySignWithAShortSecret() {
    Jwts short1 = new Jwts("x");
    assertThat(short1.verify(short1.sign("org_a", NOW, null), NOW)).isNotNull();
    assertThatThrownBy(() -> new Jwts("")).isInstanceOf(IllegalArgumentException.class);
  }
}
