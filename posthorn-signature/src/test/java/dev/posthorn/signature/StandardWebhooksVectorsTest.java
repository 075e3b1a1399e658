package dev.posthorn.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests every published vector, in both directions; the file names its origin. */
class StandardWebhooksVectorsTest {

  record Vector(JsonNode json) {

    byte[] body() {
      return json.has("body_hex")
          ? HexFormat.of().parseHex(text("body_hex"))
          : text("body_utf8").getBytes(StandardCharsets.UTF_8);
    }

    String verificationKey() {
      return text(json.has("public_key") ? "public_key" : "key");
    }

    Instant time() {
      return Instant.ofEpochSecond(json.get("timestamp").asLong());
    }

    Map<String, String> headers() {
      return Map.of(
          "webhook-id", text("id"),
          "webhook-timestamp", json.get("timestamp").asString(),
          "webhook-signature", text("signature"));
    }

    String text(String field) {
      return json.get(field).stringValue();
    }
  }

  @Test
  void thereAreEightVectorsSevenOfThemWithAKeyToSign() throws IOException {
    assertThat(vectors()).hasSize(8);
    assertThat(vectorsWithKey()).hasSize(7);
  }

  @ParameterizedTest
  @MethodSource("vectorsWithKey")
  void signingGivesThePublishedSignature(Vector vector) {
    String signature =
        Signer.of(vector.text("key"))
            .sign(vector.text("id"), vector.time().getEpochSecond(), vector.body());

    assertThat(signature).isEqualTo(vector.text("signature"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void thePublishedSignatureVerifies(Vector vector) {
    Verification result =
        Verifier.of(vector.verificationKey())
            .clock(vector::time)
            .check(vector.headers(), vector.body());

    assertThat(result).isEqualTo(new Verification.Verified(vector.text("id"), vector.time()));
  }

  @Test
  void thePublicHalfOfASigningKeyIsThePublishedOne() throws IOException {
    assertThat(vectorsWithKey().map(arguments -> (Vector) arguments.get()[0]))
        .filteredOn(vector -> vector.json().has("public_key"))
        .singleElement()
        .satisfies(
            vector ->
                assertThat(Keys.publicKeyOf(vector.text("key")))
                    .isEqualTo(vector.text("public_key")));
  }

  static Stream<Arguments> vectors() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(
            StandardWebhooksVectorsTest.class.getResourceAsStream(
                "standard-webhooks-vectors.json"))) {
      return JsonMapper.shared()
          .readTree(file)
          .get("vectors")
          .valueStream()
          .map(json -> argumentSet(json.get("signature").stringValue(), new Vector(json)));
    }
  }

  static Stream<Arguments> vectorsWithKey() throws IOException {
    return vectors().filter(arguments -> ((Vector) arguments.get()[0]).json().has("key"));
  }
}
