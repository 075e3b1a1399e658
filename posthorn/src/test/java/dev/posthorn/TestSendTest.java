package dev.posthorn;

import static dev.posthorn.BadInputTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.signature.Verifier;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestSendTest {
  private static final NewMessage PING = NewMessage.of("ping", "{\"test\":true}");

  @TempDir private Path folder;

  private Posthorn open() {
    return Posthorn.open(
        PosthornOptions.builder(folder.resolve("webhooks.db"))
            .allowNetworks("127.0.0.0/8")
            .maxPayloadSize(100)
            .retrySchedule(RetrySchedule.of(Duration.ofMillis(1)))
            .build());
  }

  @Test
  void aTestIsSignedSentWhateverTheEndpointWantsAndCanBeReadBack() throws Exception {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(202));
        Posthorn posthorn = open()) {
      Endpoint endpoint =
          posthorn
              .endpoints()
              .add(NewEndpoint.builder(receiver.url("/")).events("invoice.*").build());
      posthorn.endpoints().pause(endpoint.id());

      Attempt attempt = posthorn.endpoints().test(endpoint.id(), PING);

      assertThat(attempt.kind()).isEqualTo(AttemptKind.TEST);
      assertThat(attempt.state()).isEqualTo(DeliveryState.SUCCEEDED);
      assertThat(attempt.status()).isEqualTo(202);
      ReceivedRequest request = receiver.requests().get(0);
      assertThat(request.header("webhook-id")).isEqualTo(attempt.message());
      String secret = posthorn.endpoints().secret(endpoint.id());
      Verifier.of(secret).verify(request::header, request.body());
      assertThat(posthorn.messages().get(attempt.message()).type()).isEqualTo("ping");
      assertThat(posthorn.messages().attempts(attempt.message())).containsExactly(attempt);
      assertThat(posthorn.messages().deliveries(attempt.message()))
          .extracting(Delivery::state)
          .containsExactly(DeliveryState.SUCCEEDED);
      assertThat(posthorn.endpoints().attempts(endpoint.id(), 10)).containsExactly(attempt);
    }
  }

  @Test
  void aTestThatFailsIsNotMadeAgainAndIsNotReplayed() {
    AtomicInteger status = new AtomicInteger(500);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()));
        Posthorn posthorn = open()) {
      String id = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/"))).id();

      Attempt attempt = posthorn.endpoints().test(id, PING);

      assertThat(attempt.state()).isEqualTo(DeliveryState.FAILED);
      assertThat(attempt.next()).isNull();
      status.set(200);
      assertThat(posthorn.endpoints().replayFailed(id, Instant.EPOCH)).isZero();
      Receipt next = posthorn.send("a.b", "{}");
      Await.until(
          "the next message arrived",
          () -> posthorn.messages().get(next.id()).deliveries().get(id) == DeliveryState.SUCCEEDED);
      assertThat(receiver.count()).isEqualTo(2);
    }
  }

  @Test
  void testsThatFailCountNeitherForTheBreakerNorForDisabling() {
    try (Receiver receiver =
            Receiver.answering(
                request -> Answer.status(request.text().contains("test") ? 410 : 200));
        Posthorn posthorn = open()) {
      String id = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/"))).id();
      for (int i = 0; i < 20; i++) { // the breaker opens after ten
        assertThat(posthorn.endpoints().test(id, PING).status()).isEqualTo(410);
      }
      Receipt receipt = posthorn.send("a.b", "{}");
      Await.until(
          "a message arrives",
          () ->
              posthorn.messages().get(receipt.id()).deliveries().get(id)
                  == DeliveryState.SUCCEEDED);
      assertThat(posthorn.stats().endpoints().circuitOpen()).isZero();
      assertThat(posthorn.endpoints().get(id).state()).isEqualTo(Endpoint.State.ENABLED);
    }
  }

  @Test
  void aTestThatHangsTakesNobodysPlace() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (Receiver receiver =
            Receiver.answering(
                request -> request.text().contains("test") ? after(release) : Answer.status(200));
        Posthorn posthorn = open()) {
      String id =
          posthorn
              .endpoints()
              .add(NewEndpoint.builder(receiver.url("/")).ordered(true).build())
              .id();
      CompletableFuture<Attempt> test =
          CompletableFuture.supplyAsync(() -> posthorn.endpoints().test(id, PING));
      receiver.awaitRequests(1);

      Receipt receipt = posthorn.send("a.b", "{}");
      Await.until(
          "the message arrives beside the test",
          () ->
              posthorn.messages().get(receipt.id()).deliveries().get(id)
                  == DeliveryState.SUCCEEDED);
      assertThat(posthorn.messages().attempts(receipt.id())).hasSize(1);
      assertThat(test).isNotDone();
      release.countDown();
      assertThat(test.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    }
  }

  private static Answer after(CountDownLatch release) {
    try {
      assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return Answer.status(200);
  }

  @Test
  void whatIsWrongWithATestIsSaid() {
    try (Posthorn posthorn = open()) {
      var endpoints = posthorn.endpoints();
      String id = endpoints.add(NewEndpoint.of("https://example.com/")).id();
      var others = posthorn.application("other").endpoints();
      String foreign = others.add(NewEndpoint.of("https://example.com/")).id();
      assertRefused(Reason.NOT_FOUND, "endpoint", () -> endpoints.test(foreign, PING));
      NewMessage once = NewMessage.builder("ping", "{}").eventId("e").build();
      assertRefused(Reason.INVALID, "eventId", () -> endpoints.test(id, once));
      NewMessage later = NewMessage.builder("ping", "{}").deliverIn(Duration.ofHours(1)).build();
      assertRefused(Reason.INVALID, "deliverAt", () -> endpoints.test(id, later));
      NewMessage brief = NewMessage.builder("ping", "{}").expiresIn(Duration.ofHours(1)).build();
      assertRefused(Reason.INVALID, "expiresAt", () -> endpoints.test(id, brief));
      NewMessage large = NewMessage.of("ping", new byte[101], "text/plain");
      assertRefused(Reason.TOO_LARGE, "payload", () -> endpoints.test(id, large));
      assertThat(posthorn.messages().list(null, 10).messages()).isEmpty();
    }
  }

  @Test
  void anEndpointWhoseWireFormatIsNotThereCannotBeTested() {
    String id;
    try (Posthorn posthorn =
        Posthorn.open(
            PosthornOptions.builder(folder.resolve("webhooks.db"))
                .addWireFormat(new PlainFormat())
                .build())) {
      id =
          posthorn
              .endpoints()
              .add(NewEndpoint.builder("http://127.0.0.1/").wireFormat("plain").build())
              .id();
    }
    try (Posthorn posthorn = open()) {
      assertRefused(
          Reason.STORE_FAILED, "wire format plain", () -> posthorn.endpoints().test(id, PING));
    }
  }
}
