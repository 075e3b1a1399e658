package dev.posthorn.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.standardwebhooks.Webhook;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interoperability with the Java reference implementation. */
class InteropTest {

  private static final String ID = "msg_2Kd9";

  @ParameterizedTest
  @ValueSource(ints = {24, 32, 63, 64})
  void theReferenceAcceptsWhatIsSignedHere(int secretBytes) {
    String secret = Keys.generateSecret(secretBytes);
    String body = "{\"name\":\"Zoë 🚀\"}";

    Map<String, List<String>> headers =
        Signer.of(secret).headers(ID, Instant.now(), body.getBytes(UTF_8)).entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue())));

    assertThatCode(() -> new Webhook(secret).verify(body, headers)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 32, 63, 64})
  void whatTheReferenceSignsIsAcceptedHere(int secretBytes) throws Exception {
    String secret = Keys.generateSecret(secretBytes);
    String body = "{\"name\":\"Zoë 🚀\"}";
    Instant now = Instant.now();

    String signature = new Webhook(secret).sign(ID, now.getEpochSecond(), body);

    assertThat(
            Verifier.of(secret)
                .verify(
                    Map.of(
                        "Webhook-Id", ID,
                        "Webhook-Timestamp", Long.toString(now.getEpochSecond()),
                        "Webhook-Signature", signature),
                    body.getBytes(UTF_8))
                .id())
        .isEqualTo(ID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "\u0000 control", "a.b.c"})
  void bothSignAnyBodyAlike(String body) throws Exception {
    String secret = Keys.generateSecret();

    assertThat(Signer.of(secret).sign(ID, 1_700_000_000, body.getBytes(UTF_8)))
        .isEqualTo(new Webhook(secret).sign(ID, 1_700_000_000, body));
  }
}
