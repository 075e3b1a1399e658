package dev.posthorn.cidadao;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.HostileReceiver;
import dev.posthorn.testkit.receiver.Misbehavior;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Corrections of faults of the original. */
class CorrectedBehaviourTest {
  private static final Map<String, Object> DATA = Map.of("x", 1);

  @TempDir Path directory;
  private WebhookService service;

  @BeforeEach
  void open() {
    service = Services.open(directory);
  }

  @AfterEach
  void close() {
    service.close();
  }

  private WebhookDelivery sendTo(WebhookConfig webhook) {
    service.addWebhook(webhook);
    List<WebhookDelivery> results = service.sendEvent(WebhookEvent.USER_LOGIN, DATA);
    assertThat(results).hasSize(1);
    return results.getFirst();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 10})
  void maxRetriesIsHonouredAndAttemptsAreCounted(int maxRetries) {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(500).body("boom"))) {
      WebhookDelivery result =
          sendTo(WebhookConfig.of(receiver.url("/")).withMaxRetries(maxRetries));

      assertThat(receiver.count()).isEqualTo(1 + maxRetries);
      assertThat(result.attempts()).isEqualTo(1 + maxRetries);
      assertThat(result.success()).isFalse();
      assertThat(result.statusCode()).isEqualTo(500);
      assertThat(result.responseBody()).isEqualTo("boom");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504, 599})
  void aStatusThatMayPassIsRetried(int status) {
    AtomicInteger requests = new AtomicInteger();
    try (Receiver receiver =
        Receiver.answering(
            request -> Answer.status(requests.getAndIncrement() == 0 ? status : 200))) {
      WebhookDelivery result = sendTo(WebhookConfig.of(receiver.url("/")));

      assertThat(result.success()).isTrue();
      assertThat(result.statusCode()).isEqualTo(200);
      assertThat(result.attempts()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 400, 401, 404, 409, 410, 422})
  void aStatusThatWillNotPassIsNotRetried(int status) {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status))) {
      WebhookDelivery result = sendTo(WebhookConfig.of(receiver.url("/")));

      assertThat(receiver.count()).isEqualTo(1);
      assertThat(result.attempts()).isEqualTo(1);
      assertThat(result.statusCode()).isEqualTo(status);
      assertThat(result.success()).isFalse();
    }
  }

  @Test
  void aRetryIsTheSameRequest() {
    AtomicInteger requests = new AtomicInteger();
    try (Receiver receiver =
        Receiver.answering(request -> Answer.status(requests.getAndIncrement() == 0 ? 500 : 200))) {
      sendTo(WebhookConfig.of(receiver.url("/")).withSecret("s"));

      Set<String> seen = new HashSet<>();
      for (ReceivedRequest request : receiver.requests()) {
        seen.add(request.headers() + new String(request.body(), StandardCharsets.UTF_8));
      }
      assertThat(receiver.count()).isEqualTo(2);
      assertThat(seen).hasSize(1);
    }
  }

  @Test
  void retryAfterDoesNotAddAttempts() {
    try (Receiver receiver =
        Receiver.answering(request -> Answer.status(503).header("Retry-After", "0"))) {
      WebhookDelivery result = sendTo(WebhookConfig.of(receiver.url("/")).withMaxRetries(2));

      assertThat(receiver.count()).isEqualTo(3);
      assertThat(result.attempts()).isEqualTo(3);
    }
  }

  @Test
  void aFailedDeliveryKeepsItsUrlAndSaysWhatWentWrong() {
    String url;
    try (Receiver gone = Receiver.start()) {
      url = gone.url("/gone");
    }
    WebhookDelivery result = sendTo(WebhookConfig.of(url).withMaxRetries(1));

    assertThat(result.webhookUrl()).isEqualTo(url);
    assertThat(result.error()).startsWith("connect: ");
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(result.statusCode()).isNull();
    assertThat(result.responseBody()).isNull();
    assertThat(service.getDeliveryHistory()).containsExactly(result);
  }

  @Test
  void aTimeOutIsRetried() {
    try (HostileReceiver receiver = HostileReceiver.start(Misbehavior.HANG_AFTER_REQUEST)) {
      WebhookDelivery result =
          sendTo(WebhookConfig.of(receiver.url("/")).withTimeout(1).withMaxRetries(1));

      assertThat(result.error()).startsWith("timeout_first_byte: ");
      assertThat(result.attempts()).isEqualTo(2);
      assertThat(receiver.requests()).isEqualTo(2);
    }
  }

  @Test
  void manyFailuresInARowDelayNothing() {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(400))) {
      service.addWebhook(WebhookConfig.of(receiver.url("/")));
      for (int i = 0; i < 30; i++) {
        service.sendEvent(WebhookEvent.USER_LOGIN, DATA);
      }
      // A circuit breaker would have stopped at 10 and waited for a second at least.
      assertThat(receiver.count()).isEqualTo(30);
      assertThat(service.getDeliveryHistory())
          .hasSize(30)
          .allMatch(delivery -> delivery.attempts() == 1);
    }
  }

  @Test
  void anEndlessResponseIsReadToItsBoundOnly() {
    try (HostileReceiver receiver = HostileReceiver.start(Misbehavior.ENDLESS_BODY)) {
      WebhookDelivery result = sendTo(WebhookConfig.of(receiver.url("/")).withMaxRetries(0));

      assertThat(result.success()).isTrue();
      assertThat(result.responseBody()).isEqualTo("x".repeat(1_000));
      assertThat(receiver.bytesSent()).isLessThan(20_000_000);
    }
  }

  @Test
  void aThousandCharactersAreKeptHoweverLongTheyAre() {
    try (Receiver receiver =
        Receiver.answering(request -> Answer.status(200).body("x" + "💰".repeat(2_000)))) {
      WebhookDelivery result = sendTo(WebhookConfig.of(receiver.url("/")));

      assertThat(result.responseBody()).isEqualTo("x" + "💰".repeat(999));
    }
  }

  @Test
  void privateAddressesAreRefusedUnlessAllowed() {
    service.close();
    service =
        WebhookService.open(
            directory.resolve("webhooks.db"), WebhookServiceOptions.defaults().withSecondMillis(1));
    try (Receiver receiver = Receiver.start()) {
      WebhookDelivery result = sendTo(WebhookConfig.of(receiver.url("/")).withMaxRetries(1));

      assertThat(result.success()).isFalse();
      assertThat(result.error()).startsWith("refused_address: ");
      assertThat(receiver.connections()).isZero();
    }
  }

  @Test
  void cloudMetadataIsRefusedAlways() {
    WebhookDelivery result =
        sendTo(WebhookConfig.of("http://169.254.169.254/latest").withMaxRetries(0));

    assertThat(result.error()).startsWith("refused_address: ");
  }
}
