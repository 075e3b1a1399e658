package dev.posthorn.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignerTest {

  private static final byte[] BODY = "{\"n\":1}".getBytes(UTF_8);
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  private final String secret = Keys.generateSecret();

  @Test
  void severalKeysGiveSeveralSignaturesInTheirOrder() {
    String signingKey = Keys.generateSigningKey();

    String value = Signer.of(List.of(secret, signingKey)).sign("msg_1", 1_700_000_000, BODY);

    assertThat(value.split(" "))
        .containsExactly(
            Signer.of(secret).sign("msg_1", 1_700_000_000, BODY),
            Signer.of(signingKey).sign("msg_1", 1_700_000_000, BODY));
  }

  @Test
  void headersCarryTheStandardNamesUnlessOthersAreAskedFor() {
    Signer signer = Signer.of(secret);
    String signature = signer.sign("msg_1", 1_700_000_000, BODY);

    assertThat(signer.headers("msg_1", NOW.plusMillis(900), BODY))
        .hasSize(3)
        .containsEntry("webhook-id", "msg_1")
        .containsEntry("webhook-timestamp", "1700000000")
        .containsEntry("webhook-signature", signature);
    assertThat(signer.headers("msg_1", NOW, BODY, HeaderNames.values()))
        .hasSize(6)
        .containsEntry("webhook-signature", signature)
        .containsEntry("svix-signature", signature);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "a\r\nx-evil: 1", "a\nb", "a\tb", "a\u0000", "a.1700000000", "zoë"})
  void anIdThatCouldForgeAHeaderOrAnotherContentIsRefused(String id) {
    assertThatThrownBy(() -> Signer.of(secret).sign(id, 1, BODY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("id ");
    assertThatThrownBy(() -> Signer.of(secret).headers(id, NOW, BODY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTimestampBeforeTheEpochIsRefused() {
    assertThatThrownBy(() -> Signer.of(secret).sign("msg_1", -1, BODY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timestampSeconds");
  }

  @Test
  void noKeysAreRefused() {
    assertThatThrownBy(() -> Signer.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keys is empty");
  }

  @Test
  void oneSignerServesManyThreads() throws Exception {
    Signer signer = Signer.of(secret);
    List<Callable<String>> work = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      String id = "msg_" + i;
      work.add(() -> signer.sign(id, 1_700_000_000, BODY));
      expected.add(Signer.of(secret).sign(id, 1_700_000_000, BODY));
    }

    List<String> signed = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (Future<String> future : threads.invokeAll(work, 60, TimeUnit.SECONDS)) {
        signed.add(future.get());
      }
    }

    assertThat(signed).isEqualTo(expected);
  }
}
