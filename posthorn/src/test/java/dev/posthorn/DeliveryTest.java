package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.signature.Verifier;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryTest {
  @TempDir private Path folder;

  private Posthorn open() {
    return Posthorn.open(
        PosthornOptions.builder(folder.resolve("webhooks.db"))
            .allowNetworks("127.0.0.0/8")
            .retrySchedule(RetrySchedule.of(Duration.ofMillis(50), Duration.ofMillis(50)))
            .requestTimeout(Duration.ofSeconds(5))
            .build());
  }

  private static DeliveryState state(Posthorn posthorn, Receipt receipt) {
    return posthorn.messages().get(receipt.id()).deliveries().values().iterator().next();
  }

  private static void awaitState(Posthorn posthorn, Receipt receipt, DeliveryState wanted) {
    Await.until(wanted + " of " + receipt, () -> state(posthorn, receipt) == wanted);
  }

  @Test
  void aMessageArrivesOnceSignedAndExact() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = open()) {
      Endpoint endpoint =
          posthorn
              .endpoints()
              .add(NewEndpoint.builder(receiver.url("/hooks?x=1")).events("invoice.*").build());

      Receipt receipt = posthorn.send("invoice.paid", Map.of("id", "inv_1"));
      awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);

      ReceivedRequest request = receiver.requests().get(0);
      assertThat(new String(request.body(), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("{\"id\":\"inv_1\"}");
      assertThat(receipt.endpoints()).containsExactly(endpoint.id());
      assertThat(
              Verifier.of(posthorn.endpoints().secret(endpoint.id()))
                  .verify(request::header, request.body())
                  .id())
          .isEqualTo(receipt.id());
      assertThat(receiver.count()).isEqualTo(1);
      assertThat(posthorn.messages().attempts(receipt.id()))
          .extracting(Attempt::status, Attempt::number, Attempt::state)
          .containsExactly(org.assertj.core.groups.Tuple.tuple(200, 1, DeliveryState.SUCCEEDED));
    }
  }

  @Test
  void aDeliveryThatFailsIsAttemptedAgainUnderTheSameId() {
    AtomicInteger count = new AtomicInteger();
    try (Receiver receiver =
            Receiver.answering(request -> Answer.status(count.incrementAndGet() <= 2 ? 500 : 200));
        Posthorn posthorn = open()) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));

      Receipt receipt = posthorn.send("a.b", "{}");
      awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);

      assertThat(receiver.requests())
          .extracting(request -> request.header("webhook-id"))
          .containsExactly(receipt.id(), receipt.id(), receipt.id());
      assertThat(posthorn.messages().attempts(receipt.id()))
          .extracting(Attempt::status)
          .containsExactly(500, 500, 200);
    }
  }

  @Test
  void aDeliveryFailsWhenItsAttemptsAreSpentAndCanBeReplayed() {
    AtomicInteger status = new AtomicInteger(500);
    Instant before = Instant.now().minusSeconds(1);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()));
        Posthorn posthorn = open()) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt receipt = posthorn.send("a.b", "{}");
      awaitState(posthorn, receipt, DeliveryState.FAILED);
      assertThat(receiver.count()).isEqualTo(3);

      status.set(204);
      assertThat(posthorn.endpoints().replayFailed(endpoint.id(), before)).isEqualTo(1);
      awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);
      assertThat(posthorn.endpoints().replayFailed(endpoint.id(), before)).isZero();

      assertThat(posthorn.messages().replay(receipt.id(), endpoint.id())).isTrue();
      receiver.awaitRequests(5);
    }
  }

  @Test
  void whatWaitsGoesOnAfterTheFileIsOpenedAgain() {
    List<Receipt> receipts = new java.util.ArrayList<>();
    try (Receiver receiver = Receiver.start()) {
      try (Posthorn posthorn = open()) {
        Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
        posthorn.endpoints().pause(endpoint.id());
        for (int i = 0; i < 200; i++) {
          receipts.add(posthorn.send("a.b", "[" + i + "]"));
        }
        assertThat(state(posthorn, receipts.get(0))).isEqualTo(DeliveryState.WAITING);
      }
      assertThat(receiver.count()).isZero();
      try (Posthorn posthorn = open()) {
        posthorn.endpoints().resume(posthorn.endpoints().list().get(0).id());
        receiver.awaitRequests(200);
        for (Receipt receipt : receipts) {
          awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);
        }
        assertThat(receiver.count()).isEqualTo(200);
      }
    }
  }

  @Test
  void anEndpointHasNoMoreRequestsAtTheSameTimeThanItMay() {
    try (Receiver receiver =
            Receiver.answering(request -> Answer.status(200).after(Duration.ofMillis(10)));
        Posthorn posthorn = open()) {
      posthorn.endpoints().add(NewEndpoint.builder(receiver.url("/")).concurrency(2).build());
      for (int i = 0; i < 20; i++) {
        var unused = posthorn.sendAsync("a.b", "{}");
      }
      receiver.awaitRequests(20);

      assertThat(receiver.connections()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void anOrderedEndpointGetsMessagesInTheirOrderOneAtATime() {
    AtomicInteger calls = new AtomicInteger();
    try (Receiver receiver =
            Receiver.answering(
                request -> Answer.status(calls.incrementAndGet() % 3 == 0 ? 500 : 200));
        Posthorn posthorn = open()) {
      posthorn.endpoints().add(NewEndpoint.builder(receiver.url("/")).ordered(true).build());
      Receipt last = posthorn.send("a.b", "0");
      for (int i = 1; i < 30; i++) {
        last = posthorn.send("a.b", Integer.toString(i));
      }
      awaitState(posthorn, last, DeliveryState.SUCCEEDED);
      List<Integer> order =
          receiver.requests().stream()
              .map(
                  r ->
                      Integer.valueOf(
                          new String(r.body(), java.nio.charset.StandardCharsets.UTF_8)))
              .toList();
      assertThat(order).isSorted();
      assertThat(order.stream().distinct().count()).isEqualTo(30);
    }
  }

  @Test
  void theSameEventIsAcceptedOnceAndAnotherOneUnderItsIdIsAConflict() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = open()) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt first = posthorn.send(NewMessage.builder("a.b", "{}").eventId("e1").build());
      Receipt second = posthorn.send(NewMessage.builder("a.b", "{}").eventId("e1").build());
      assertThat(second.id()).isEqualTo(first.id());
      assertThat(second.duplicate()).isTrue();
      awaitState(posthorn, first, DeliveryState.SUCCEEDED);
      assertThat(receiver.count()).isEqualTo(1);
      BadInputTest.assertRefused(
          dev.posthorn.Reason.CONFLICT,
          "eventId",
          () -> posthorn.send(NewMessage.builder("a.b", "[]").eventId("e1").build()));
    }
  }

  @Test
  void cancelledDeliveriesAreNotSent() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = open()) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      posthorn.endpoints().pause(endpoint.id());
      Receipt one = posthorn.send("a.b", "{}");
      Receipt later =
          posthorn.send(
              NewMessage.builder("a.b", "{}").deliverAt(Instant.now().plusSeconds(3600)).build());
      Receipt more = posthorn.send("a.b", "{}");
      assertThat(posthorn.messages().cancel(one.id())).isEqualTo(1);
      awaitState(posthorn, one, DeliveryState.CANCELLED);
      assertThat(posthorn.messages().cancel(later.id())).isEqualTo(1);
      awaitState(posthorn, later, DeliveryState.CANCELLED);
      assertThat(posthorn.endpoints().cancelWaiting(endpoint.id())).isEqualTo(1);
      awaitState(posthorn, more, DeliveryState.CANCELLED);

      posthorn.endpoints().resume(endpoint.id());
      Receipt sent = posthorn.send("a.b", "{}");
      awaitState(posthorn, sent, DeliveryState.SUCCEEDED);
      assertThat(receiver.count()).isEqualTo(1);
    }
  }

  @Test
  void whatIsCancelledIsCountedOnce() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = open()) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Instant later = Instant.now().plus(Duration.ofDays(1));
      for (int i = 0; i < 700; i++) {
        posthorn.send(NewMessage.builder("a.b", "{}").deliverAt(later).build());
      }
      assertThat(posthorn.endpoints().cancelWaiting(endpoint.id())).isEqualTo(700);
      assertThat(posthorn.endpoints().cancelWaiting(endpoint.id())).isZero();
    }
  }

  @Test
  void aReceiverThatIsGoneDisablesItsEndpoint() {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(410));
        Posthorn posthorn = open()) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt receipt = posthorn.send("a.b", "{}");
      awaitState(posthorn, receipt, DeliveryState.FAILED);
      Await.until(
          "disabled",
          () -> posthorn.endpoints().get(endpoint.id()).state() == Endpoint.State.DISABLED_GONE);
      Receipt nobody = posthorn.send("a.b", "{}");
      assertThat(nobody.endpoints()).isEmpty();
      assertThat(posthorn.messages().why(nobody.id())).containsEntry(endpoint.id(), "disabled");
    }
  }

  @Test
  void retryAfterIsHeededAndSpendsNoAttempt() {
    AtomicInteger calls = new AtomicInteger();
    try (Receiver receiver =
            Receiver.answering(
                request ->
                    calls.incrementAndGet() == 1
                        ? Answer.status(429).header("Retry-After", "0.5")
                        : Answer.status(200));
        Posthorn posthorn = open()) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt receipt = posthorn.send("a.b", "{}");
      awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);
      List<Attempt> attempts = posthorn.messages().attempts(receipt.id());
      assertThat(attempts).extracting(Attempt::number).containsExactly(0, 1);
      assertThat(Duration.between(attempts.get(0).time(), attempts.get(1).time()))
          .isGreaterThanOrEqualTo(Duration.ofMillis(490));
    }
  }

  @Test
  void messagesGoToTheEndpointsThatWantThem() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = open()) {
      Endpoint all = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/all")));
      Endpoint invoices =
          posthorn
              .endpoints()
              .add(NewEndpoint.builder(receiver.url("/inv")).events("invoice.*").build());
      Endpoint eu =
          posthorn.endpoints().add(NewEndpoint.builder(receiver.url("/eu")).channels("eu").build());
      Receipt receipt =
          posthorn.send(NewMessage.builder("invoice.paid", "{}").channels("us").build());
      assertThat(receipt.endpoints()).containsExactly(all.id(), invoices.id());
      assertThat(posthorn.messages().why(receipt.id()))
          .containsEntry(all.id(), "matched")
          .containsEntry(invoices.id(), "matched")
          .containsEntry(eu.id(), "channel");
      receiver.awaitRequests(2);
    }
  }

  @Test
  void aPrivateAddressIsRefusedUnlessAllowed() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn =
            Posthorn.open(
                PosthornOptions.builder(folder.resolve("safe.db"))
                    .retrySchedule(RetrySchedule.of())
                    .build())) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt receipt = posthorn.send("a.b", "{}");
      awaitState(posthorn, receipt, DeliveryState.FAILED);
      assertThat(posthorn.messages().attempts(receipt.id()))
          .extracting(Attempt::error)
          .containsExactly("refused_address");
      assertThat(receiver.connections()).isZero();
    }
  }

  @Test
  void removingAnEndpointCancelsWhatWaitsForIt() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = open()) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      posthorn.endpoints().pause(endpoint.id());
      Receipt receipt = posthorn.send("a.b", "{}");
      posthorn.endpoints().remove(endpoint.id());
      awaitState(posthorn, receipt, DeliveryState.CANCELLED);
      assertThat(posthorn.endpoints().list()).isEmpty();
      assertThat(receiver.count()).isZero();
    }
  }

  @Test
  void bothSecretsSignWhileOneIsRotated() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = open()) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      String old = posthorn.endpoints().secret(endpoint.id());
      String fresh = posthorn.endpoints().rotateSecret(endpoint.id(), null, Duration.ofHours(1));
      assertThat(fresh).isNotEqualTo(old);
      posthorn.send("a.b", "{}");
      receiver.awaitRequests(1);
      ReceivedRequest request = receiver.requests().get(0);
      for (String secret : List.of(old, fresh)) {
        assertThat(Verifier.of(secret).verify(request::header, request.body()).id()).isNotEmpty();
      }
    }
  }

  @Test
  void aWireFormatThatFailsFailsItsDeliveriesAndNothingElse() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn =
            Posthorn.open(
                PosthornOptions.builder(folder.resolve("broken.db"))
                    .allowNetworks("127.0.0.0/8")
                    .retrySchedule(RetrySchedule.of())
                    .addWireFormat(new BrokenWireFormat())
                    .build())) {
      Endpoint broken =
          posthorn
              .endpoints()
              .add(NewEndpoint.builder(receiver.url("/broken")).wireFormat("broken").build());
      Endpoint whole = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/whole")));
      Receipt receipt = posthorn.send("a.b", "{}");
      Await.until(
          "both ended",
          () ->
              posthorn
                  .messages()
                  .get(receipt.id())
                  .deliveries()
                  .equals(
                      Map.of(
                          broken.id(), DeliveryState.FAILED,
                          whole.id(), DeliveryState.SUCCEEDED)));
      assertThat(receiver.count()).isEqualTo(1);
    }
  }

  private static final class BrokenWireFormat implements dev.posthorn.spi.wire.WireFormat {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public dev.posthorn.spi.wire.RequestSigner signer(
        List<dev.posthorn.spi.wire.SigningSecret> secrets,
        List<dev.posthorn.spi.wire.Header> headers) {
      return (id, type, contentType, millis, body) -> {
        throw new IllegalStateException("broken");
      };
    }

    @Override
    public void check(String secret) {}

    @Override
    public String generateSecret() {
      return "";
    }
  }
}
