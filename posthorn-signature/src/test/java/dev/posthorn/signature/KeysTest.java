package dev.posthorn.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

  @ParameterizedTest
  @ValueSource(ints = {24, 32, 64})
  void aSecretHasTheLengthAskedFor(int bytes) {
    assertThat(bytesOf(Keys.generateSecret(bytes), "whsec_")).hasSize(bytes);
  }

  @Test
  void aSecretHas32BytesByDefaultAndIsNeverTheSame() {
    assertThat(bytesOf(Keys.generateSecret(), "whsec_")).hasSize(32);
    assertThat(Keys.generateSecret()).isNotEqualTo(Keys.generateSecret());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 23, 65})
  void aSecretOutsideTheStandardsBoundsIsNotMade(int bytes) {
    assertThatThrownBy(() -> Keys.generateSecret(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("24 to 64");
  }

  @Test
  void aSigningKeyHoldsItsPublicKeyInItsSecondHalf() {
    String signingKey = Keys.generateSigningKey();

    byte[] both = bytesOf(signingKey, "whsk_");

    assertThat(both).hasSize(64);
    assertThat(bytesOf(Keys.publicKeyOf(signingKey), "whpk_"))
        .isEqualTo(Arrays.copyOfRange(both, 32, 64));
  }

  @Test
  void aSigningKeyOfTwoDifferentPairsIsRefused() {
    byte[] mixed = bytesOf(Keys.generateSigningKey(), "whsk_");
    System.arraycopy(bytesOf(Keys.generateSigningKey(), "whsk_"), 32, mixed, 32, 32);

    assertThatThrownBy(() -> Signer.of(text("whsk_", mixed)))
        .isInstanceOf(KeyFormatException.class)
        .hasMessageContaining("not the public key of its first 32");
  }

  @Test
  void aSecretOf75BytesIsAcceptedAndALongerOneIsNot() {
    assertThat(Signer.of(text("whsec_", new byte[75]))).isNotNull();
    assertThatThrownBy(() -> Signer.of(text("whsec_", new byte[76])))
        .isInstanceOf(KeyFormatException.class)
        .hasMessageContaining("this one has 76");
  }

  static Stream<String> unusableForSigning() throws Exception {
    return Stream.of(
        "",
        "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0",
        "whsec_",
        "whsec_not*base64*at*all*but*long*enough",
        "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\n",
        text("whsec_", new byte[23]),
        text("whsk_", new byte[32]),
        text("whsk_", new byte[64]),
        Keys.publicKeyOf(Keys.generateSigningKey()));
  }

  @ParameterizedTest
  @MethodSource("unusableForSigning")
  void anUnusableSigningKeyIsRefusedWithoutRepeatingIt(String key) {
    KeyFormatException refused =
        catchThrowableOfType(KeyFormatException.class, () -> Signer.of(key));

    assertThat(refused).isNotNull();
    assertThatNothingLeaks(refused, key);
  }

  static Stream<String> unusableForVerifying() throws Exception {
    byte[] otherCurve =
        KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic().getEncoded();
    byte[] noPoint = new byte[32];
    noPoint[0] = 2; // y = 2 has no x on the curve
    return Stream.of(
        "",
        "whsec_short",
        "whpk_",
        "whpk_not base64",
        text("whpk_", new byte[31]),
        text("whpk_", noPoint),
        text("whpk_", otherCurve),
        Keys.generateSigningKey());
  }

  @ParameterizedTest
  @MethodSource("unusableForVerifying")
  void anUnusableVerificationKeyIsRefusedWithoutRepeatingIt(String key) {
    KeyFormatException refused =
        catchThrowableOfType(KeyFormatException.class, () -> Verifier.of(key));

    assertThat(refused).isNotNull();
    assertThatNothingLeaks(refused, key);
  }

  private static void assertThatNothingLeaks(Throwable thrown, String key) {
    String payload = key.substring(key.indexOf('_') + 1);
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (payload.length() > 4) {
        assertThat(t.toString()).doesNotContain(payload).doesNotContain(payload.substring(0, 5));
      }
    }
  }

  private static byte[] bytesOf(String key, String prefix) {
    assertThat(key).startsWith(prefix);
    return Base64.getDecoder().decode(key.substring(prefix.length()));
  }

  private static String text(String prefix, byte[] bytes) {
    return prefix + Base64.getEncoder().encodeToString(bytes);
  }
}
