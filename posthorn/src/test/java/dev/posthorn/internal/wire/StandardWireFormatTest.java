package dev.posthorn.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.posthorn.signature.HeaderNames;
import dev.posthorn.signature.Keys;
import dev.posthorn.signature.Signer;
import dev.posthorn.signature.Verification;
import dev.posthorn.signature.Verifier;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.RequestSigner;
import dev.posthorn.spi.wire.SigningSecret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardWireFormatTest {
  private static final String OLD = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  private static final String NEW = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final long NOW = 1_700_000_000_999L;
  private static final long SECONDS = 1_700_000_000L;
  private static final byte[] BODY = "{\"id\":\"inv_1\"}".getBytes(StandardCharsets.UTF_8);

  private final StandardWireFormat format = new StandardWireFormat(false);

  @Test
  void a_request_is_signed_as_the_verifier_expects() {
    String[] headers = frame(List.of(secret(NEW)), List.of());

    assertThat(names(headers))
        .containsExactlyInAnyOrder(
            "webhook-id", "webhook-timestamp", "webhook-signature", "content-type", "user-agent");
    assertThat(map(headers))
        .containsEntry("webhook-id", "msg_1")
        .containsEntry("webhook-timestamp", "1700000000")
        .containsEntry("content-type", "application/json");
    assertThat(map(headers).get("user-agent")).matches("Posthorn(/\\S+)?");
    assertThat(verify(NEW, headers))
        .isEqualTo(new Verification.Verified("msg_1", Instant.ofEpochSecond(SECONDS)));
    assertThat(verify(OLD, headers)).isInstanceOf(Verification.Rejected.class);
  }

  @Test
  void each_attempt_has_its_own_time_and_body_and_leaves_the_last_ones_alone() {
    RequestSigner signer = format.signer(List.of(secret(NEW)), List.of());
    String[] first = signer.headers("msg_1", "a.b", "application/json", NOW, BODY);
    String[] kept = first.clone();
    String[] second = signer.headers("msg_2", "a.b", "text/plain", NOW + 5_000, new byte[0]);

    assertThat(first).containsExactly(kept);
    assertThat(map(second))
        .containsEntry("webhook-id", "msg_2")
        .containsEntry("webhook-timestamp", "1700000005")
        .containsEntry("content-type", "text/plain")
        .containsEntry("webhook-signature", Signer.of(NEW).sign("msg_2", SECONDS + 5, new byte[0]));
  }

  @Test
  void during_a_rotation_both_secrets_sign_the_newest_first() {
    String[] headers = frame(List.of(new SigningSecret(OLD, NOW + 1), secret(NEW)), List.of());

    assertThat(map(headers))
        .containsEntry(
            "webhook-signature",
            Signer.of(NEW).sign("msg_1", SECONDS, BODY)
                + " "
                + Signer.of(OLD).sign("msg_1", SECONDS, BODY));
    assertThat(verify(OLD, headers)).isInstanceOf(Verification.Verified.class);
    assertThat(verify(NEW, headers)).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void a_secret_stops_signing_at_the_moment_it_expires_without_a_new_framer() {
    RequestSigner signer =
        format.signer(List.of(new SigningSecret(OLD, NOW + 1), secret(NEW)), List.of());
    String[] before = signer.headers("msg_1", "a.b", "application/json", NOW, BODY);
    String[] after = signer.headers("msg_1", "a.b", "application/json", NOW + 1, BODY);

    assertThat(map(before).get("webhook-signature")).contains(" ");
    assertThat(map(after))
        .containsEntry("webhook-signature", Signer.of(NEW).sign("msg_1", SECONDS + 1, BODY));
  }

  @Test
  void an_endpoint_of_which_every_secret_has_an_end_is_refused() {
    assertThatThrownBy(() -> format.signer(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("secrets: at least one must never expire");
    assertThatThrownBy(() -> format.signer(List.of(new SigningSecret(OLD, NOW)), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("secrets: at least one must never expire");
  }

  @Test
  void a_signing_key_signs_with_v1a_beside_a_secret() {
    String signingKey = Keys.generateSigningKey();
    String[] headers = frame(List.of(secret(OLD), secret(signingKey)), List.of());

    assertThat(map(headers).get("webhook-signature")).matches("v1a,\\S+ v1,\\S+");
    assertThat(verify(Keys.publicKeyOf(signingKey), headers))
        .isInstanceOf(Verification.Verified.class);
    assertThat(verify(OLD, headers)).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void a_signing_key_and_a_large_payload_are_costly() {
    SigningSecret signingKey = secret(Keys.generateSigningKey());

    assertThat(format.signer(List.of(secret(OLD), secret(NEW)), List.of()).isBlocking(1_000))
        .isFalse();
    assertThat(format.signer(List.of(signingKey), List.of()).isBlocking(1_000)).isTrue();
    assertThat(format.signer(List.of(signingKey, secret(NEW)), List.of()).isBlocking(1_000))
        .isTrue();
    assertThat(format.signer(List.of(secret(OLD), signingKey), List.of()).isBlocking(1_000))
        .isTrue();
    assertThat(format.signer(List.of(secret(OLD)), List.of()).isBlocking(40_000)).isFalse();
    assertThat(format.signer(List.of(secret(OLD), secret(NEW)), List.of()).isBlocking(40_000))
        .isTrue();
    assertThat(format.signer(List.of(secret(OLD)), List.of()).isBlocking(1_000_000)).isTrue();
  }

  @Test
  void custom_headers_come_last_as_they_were_written() {
    String[] headers =
        frame(
            List.of(secret(NEW)),
            List.of(new Header("X-Api-Key", "k 1"), new Header("Authorization", "Bearer t")));

    assertThat(headers)
        .endsWith("X-Api-Key", "k 1", "Authorization", "Bearer t")
        .hasSize(2 * (5 + 2));
  }

  @Test
  void a_custom_user_agent_and_content_type_replace_the_built_in_ones() {
    String[] headers =
        frame(
            List.of(secret(NEW)),
            List.of(new Header("USER-Agent", "mine/1"), new Header("Content-TYPE", "a/b")));

    assertThat(map(headers))
        .hasSize(5)
        .containsEntry("user-agent", "mine/1")
        .containsEntry("content-type", "a/b");
    assertThat(names(headers)).hasSize(5);
    assertThat(verify(NEW, headers)).isInstanceOf(Verification.Verified.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"webhook-signature", "Webhook-Id", "WEBHOOK-OTHER", "svix-id", "Svix-Signature"})
  void a_custom_header_never_touches_the_signature(String name) {
    List<Header> custom = List.of(new Header(name, "forged"), new Header("X-Other", "stays"));
    for (StandardWireFormat each : List.of(format, new StandardWireFormat(true))) {
      String[] headers =
          each.signer(List.of(secret(NEW)), custom)
              .headers("msg_1", "a.b", "application/json", NOW, BODY);

      assertThat(headers).doesNotContain("forged").contains("stays");
      assertThat(names(headers)).doesNotHaveDuplicates();
      assertThat(verify(NEW, headers)).isInstanceOf(Verification.Verified.class);
    }
  }

  @Test
  void svix_names_carry_the_same_values_when_asked_for() {
    Map<String, String> headers =
        map(
            new StandardWireFormat(true)
                .signer(List.of(secret(NEW)), List.of())
                .headers("msg_1", "a.b", "application/json", NOW, BODY));

    assertThat(headers).hasSize(8);
    for (String part : List.of("id", "timestamp", "signature")) {
      assertThat(headers.get("svix-" + part))
          .isNotEmpty()
          .isEqualTo(headers.get("webhook-" + part));
    }
    Map<String, String> onlySvix = new LinkedHashMap<>(headers);
    onlySvix.keySet().removeIf(name -> name.startsWith("webhook-"));
    assertThat(onlySvix).containsKey(HeaderNames.SVIX.signature());
    assertThat(verifier(NEW).check(onlySvix, BODY)).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void a_new_secret_is_another_one_each_time_and_passes_the_check() {
    String secret = format.generateSecret();

    assertThat(secret).startsWith("whsec_").isNotEqualTo(format.generateSecret());
    format.check(secret);
    format.check(Keys.generateSigningKey());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2-hunter2-hunter2",
        "whsec_hunter2",
        "whsec_hunter2!hunter2!hunter2!hunter2!",
        "whsk_hunter2hunter2hunter2hunter2",
        "whpk_hunter2hunter2hunter2hunter2"
      })
  void a_secret_of_another_form_is_refused_without_echoing_it(String secret) {
    Throwable checked = catchThrowable(() -> format.check(secret));
    Throwable framed = catchThrowable(() -> format.signer(List.of(secret(secret)), List.of()));

    for (Throwable refused : List.of(checked, framed)) {
      assertThat(refused).isInstanceOf(IllegalArgumentException.class).hasNoCause();
      assertThat(refused.getMessage()).isNotBlank().doesNotContain("hunter2");
    }
  }

  @Test
  void neither_secrets_nor_header_values_show_when_printed() {
    assertThat(secret(NEW).toString()).doesNotContain(NEW.substring(6));
    assertThat(new Header("Authorization", "Bearer t")).hasToString("Authorization: (hidden)");
  }

  private String[] frame(List<SigningSecret> secrets, List<Header> custom) {
    return format
        .signer(secrets, custom)
        .headers("msg_1", "invoice.paid", "application/json", NOW, BODY);
  }

  private static SigningSecret secret(String text) {
    return new SigningSecret(text, 0);
  }

  private static List<String> names(String[] headers) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      names.add(headers[i].toLowerCase(Locale.ROOT));
    }
    return names;
  }

  private static Map<String, String> map(String[] headers) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      map.put(headers[i].toLowerCase(Locale.ROOT), headers[i + 1]);
    }
    return map;
  }

  private static Verification verify(String key, String[] headers) {
    return verifier(key).check(map(headers), BODY);
  }

  private static Verifier verifier(String key) {
    return Verifier.of(key).clock(() -> Instant.ofEpochSecond(SECONDS));
  }
}
