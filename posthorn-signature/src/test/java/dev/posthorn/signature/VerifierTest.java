package dev.posthorn.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.signature.Verification.Reason;
import dev.posthorn.signature.Verification.Rejected;
import dev.posthorn.signature.Verification.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifierTest {

  private static final byte[] BODY = "{\"n\":1}".getBytes(UTF_8);
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final Verified GOOD = new Verified("msg_1", NOW);

  private final String secret = Keys.generateSecret();
  private final String signingKey = Keys.generateSigningKey();
  private final Verifier verifier = Verifier.of(secret).clock(() -> NOW);
  private final Map<String, String> headers =
      new HashMap<>(Signer.of(secret).headers("msg_1", NOW, BODY));

  @Test
  void anAuthenticWebhookGivesItsIdAndTime() {
    assertThat(verifier.verify(headers, BODY)).isEqualTo(GOOD);
    assertThat(verifier.check(headers, BODY)).isEqualTo(GOOD);
  }

  @Test
  void aRejectedWebhookThrowsItsReason() {
    assertThatThrownBy(() -> verifier.verify(headers, "{}".getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            VerificationException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_MATCH))
        .hasMessageContaining("webhook-signature");
  }

  @ParameterizedTest
  @EnumSource
  void eitherSetOfHeaderNamesWillDo(HeaderNames names) {
    assertThat(verifier.check(Signer.of(secret).headers("msg_1", NOW, BODY, names), BODY))
        .isEqualTo(GOOD);
  }

  @Test
  void theTwoSetsOfHeadersAreNotMixed() {
    headers.remove("webhook-id");
    headers.put("svix-id", "msg_1");

    assertThat(reason(verifier, BODY)).isEqualTo(Reason.MISSING_HEADER);
  }

  @Test
  void headersMayComeInAnyCaseAndAsLists() {
    Map<String, Object> received = new LinkedHashMap<>();
    received.put(null, List.of("HTTP/1.1 200 OK")); // as HttpURLConnection gives its status line
    headers.forEach((name, value) -> received.put(name.toUpperCase(Locale.ROOT), List.of(value)));

    assertThat(verifier.check(received, BODY)).isEqualTo(GOOD);
  }

  @Test
  void severalSignatureHeadersCountAsOne() {
    Map<String, Object> received = new HashMap<>(headers);
    received.put("webhook-signature", List.of("v1,AAAA", headers.get("webhook-signature")));

    assertThat(verifier.check(received, BODY)).isEqualTo(GOOD);
  }

  @Test
  void twoTimestampsAreNoTimestamp() {
    Map<String, Object> received = new HashMap<>(headers);
    received.put("webhook-timestamp", List.of("1700000000", "1700000000"));

    assertThat(verifier.check(received, BODY))
        .isInstanceOfSatisfying(
            Rejected.class, r -> assertThat(r.reason()).isEqualTo(Reason.MALFORMED_TIMESTAMP));
  }

  @Test
  void headersMayComeFromAFunction() {
    Function<String, String> request = headers::get;

    assertThat(verifier.verify(request, BODY)).isEqualTo(GOOD);
  }

  @Test
  void aHeaderValueThatIsNoTextIsAMistakeOfTheCaller() {
    assertThatThrownBy(() -> verifier.check(Map.of("webhook-id", 7), BODY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("webhook-id")
        .hasMessageContaining("java.lang.Integer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
  void eachHeaderIsNeededAndNamedWhenMissing(String name) {
    headers.remove(name);
    assertThat(verifier.check(headers, BODY))
        .isEqualTo(new Rejected(Reason.MISSING_HEADER, "missing: " + name));

    headers.put(name, " ");
    assertThat(reason(verifier, BODY)).isEqualTo(Reason.MISSING_HEADER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "-1700000000", "+1700000000", "1700000000.5", "17e8", "٣"})
  void aTimestampIsANumberOfSeconds(String timestamp) {
    headers.put("webhook-timestamp", timestamp);

    assertThat(reason(verifier, BODY)).isEqualTo(Reason.MALFORMED_TIMESTAMP);
  }

  @Test
  void anAbsurdTimestampIsMalformedRatherThanAnOverflow() {
    headers.put("webhook-timestamp", "99999999999999999999");

    assertThat(reason(verifier, BODY)).isEqualTo(Reason.MALFORMED_TIMESTAMP);
  }

  @ParameterizedTest
  @CsvSource({"300,", "-300,", "301,TOO_OLD", "-301,TOO_NEW"})
  void fiveMinutesAreToleratedBothWays(long secondsLater, Reason expected) {
    Verifier later = verifier.clock(() -> NOW.plusSeconds(secondsLater));

    assertThat(reason(later, BODY)).isEqualTo(expected);
  }

  @Test
  void theToleranceCanBeSet() {
    Verifier strict = verifier.tolerance(Duration.ofSeconds(10));

    assertThat(strict.clock(() -> NOW.plusSeconds(10)).check(headers, BODY)).isEqualTo(GOOD);
    assertThat(reason(strict.clock(() -> NOW.plusSeconds(11)), BODY)).isEqualTo(Reason.TOO_OLD);
    assertThatThrownBy(() -> verifier.tolerance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tolerance");
  }

  @Test
  void aChangeOfAnyPartIsNoticed() {
    for (int i = 0; i < BODY.length; i++) {
      byte[] changed = BODY.clone();
      changed[i] ^= 1;
      assertThat(reason(verifier, changed)).isEqualTo(Reason.NO_MATCH);
    }
    assertThat(reason(verifier, "{\"n\":1} ".getBytes(UTF_8))).isEqualTo(Reason.NO_MATCH);

    headers.put("webhook-timestamp", "1700000001");
    assertThat(reason(verifier, BODY)).isEqualTo(Reason.NO_MATCH);

    headers.put("webhook-timestamp", "1700000000");
    headers.put("webhook-id", "msg_2");
    assertThat(reason(verifier, BODY)).isEqualTo(Reason.NO_MATCH);
  }

  @Test
  void aChangeOfAnyPartIsNoticedUnderEd25519Too() {
    Verifier asymmetric = Verifier.of(Keys.publicKeyOf(signingKey)).clock(() -> NOW);
    headers.putAll(Signer.of(signingKey).headers("msg_1", NOW, BODY));

    assertThat(asymmetric.check(headers, BODY)).isEqualTo(GOOD);
    assertThat(reason(asymmetric, "{\"n\":2}".getBytes(UTF_8))).isEqualTo(Reason.NO_MATCH);
    headers.put("webhook-id", "msg_2");
    assertThat(reason(asymmetric, BODY)).isEqualTo(Reason.NO_MATCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1a,AAAA", "v1a,", "v1a,//////////////////////////////////////////8="})
  void ed25519SignaturesOfAnyLengthAreRejectedCalmly(String signature) {
    headers.put("webhook-signature", signature);

    assertThat(reason(Verifier.of(Keys.publicKeyOf(signingKey)).clock(() -> NOW), BODY))
        .isEqualTo(Reason.NO_MATCH);
  }

  @Test
  void ed25519SignaturesOutsideTheGroupAreRejectedCalmly() {
    headers.put("webhook-signature", "v1a," + "/".repeat(85) + "w==");

    assertThat(reason(Verifier.of(Keys.publicKeyOf(signingKey)).clock(() -> NOW), BODY))
        .isEqualTo(Reason.NO_MATCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "AAAA", ",AAAA", "v1,not*base64", ", ,", "v1;AAAA"})
  void aSignatureHasASchemeAndBase64(String signature) {
    headers.put("webhook-signature", signature);

    assertThat(reason(verifier, BODY)).isEqualTo(Reason.MALFORMED_SIGNATURE);
  }

  @Test
  void moreSignaturesThanAnyRotationNeedsAreNotTried() {
    String good = headers.get("webhook-signature");

    headers.put("webhook-signature", "v1,AAAA ".repeat(15) + good);
    assertThat(verifier.check(headers, BODY)).isEqualTo(GOOD);

    headers.put("webhook-signature", "v1,AAAA ".repeat(16) + good);
    assertThat(reason(verifier, BODY)).isEqualTo(Reason.MALFORMED_SIGNATURE);
  }

  @Test
  void signaturesOfOtherSchemesAloneAreUnknown() {
    headers.put("webhook-signature", "v2,AAAA");
    assertThat(reason(verifier, BODY)).isEqualTo(Reason.UNKNOWN_SCHEME);

    headers.put("webhook-signature", Signer.of(signingKey).sign("msg_1", 1_700_000_000, BODY));
    assertThat(reason(verifier, BODY)).isEqualTo(Reason.UNKNOWN_SCHEME);
  }

  @Test
  void signaturesOfOtherSchemesAndGarbageBesideAGoodOneDoNoHarm() {
    headers.merge("webhook-signature", "", (good, none) -> "v9,AAAA junk v1,*  " + good);

    assertThat(verifier.check(headers, BODY)).isEqualTo(GOOD);
  }

  @Test
  void theSenderMayRotate() {
    String next = Keys.generateSecret();
    headers.putAll(Signer.of(List.of(next, secret)).headers("msg_1", NOW, BODY));

    assertThat(verifier.check(headers, BODY)).isEqualTo(GOOD);
    assertThat(Verifier.of(next).clock(() -> NOW).check(headers, BODY)).isEqualTo(GOOD);
  }

  @Test
  void theReceiverMayRotateFromOneSchemeToTheOther() {
    Verifier both = Verifier.of(Keys.publicKeyOf(signingKey), secret).clock(() -> NOW);

    assertThat(both.check(headers, BODY)).isEqualTo(GOOD);
    headers.putAll(Signer.of(signingKey).headers("msg_1", NOW, BODY));
    assertThat(both.check(headers, BODY)).isEqualTo(GOOD);
  }

  @Test
  void anotherSecretDoesNotVerify() {
    assertThat(reason(Verifier.of(Keys.generateSecret()).clock(() -> NOW), BODY))
        .isEqualTo(Reason.NO_MATCH);
  }

  @Test
  void noKeysAreRefused() {
    assertThatThrownBy(() -> Verifier.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keys is empty");
  }

  /** Returns the reason for the rejection of the headers, or null if they are accepted. */
  private @Nullable Reason reason(Verifier verifier, byte[] body) {
    return verifier.check(headers, body) instanceof Rejected rejected ? rejected.reason() : null;
  }
}
