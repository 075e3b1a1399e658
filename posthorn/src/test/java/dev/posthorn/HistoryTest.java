package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HistoryTest extends ApiTest {
  @Test
  void messagesAreListedInPagesNewestFirst() {
    List<String> sent = new ArrayList<>();
    try (Posthorn posthorn = Posthorn.open(options())) {
      for (int i = 0; i < 7; i++) {
        sent.add(0, posthorn.send(i % 2 == 0 ? "even" : "odd", Integer.toString(i)).id());
      }
      List<String> listed = new ArrayList<>();
      String after = null;
      do {
        MessagePage page = posthorn.messages().list(after, 3);
        assertThat(page.messages()).hasSizeLessThanOrEqualTo(3);
        page.messages().forEach(message -> listed.add(message.id()));
        after = page.next();
      } while (after != null);
      assertThat(listed).isEqualTo(sent);
      assertThat(posthorn.messages().list(null, 10, "odd").messages())
          .extracting(Message::type)
          .containsOnly("odd")
          .hasSize(3);
    }
  }

  @Test
  void aDeliveryAndItsAttemptsCanBeReadBack() {
    AtomicInteger calls = new AtomicInteger();
    try (Receiver receiver =
            Receiver.answering(request -> Answer.status(calls.incrementAndGet() == 1 ? 500 : 200));
        Posthorn posthorn = Posthorn.open(options())) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt receipt = posthorn.send("a.b", "{}");
      awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);
      Delivery delivery = posthorn.messages().deliveries(receipt.id()).get(0);
      assertThat(delivery.id()).startsWith("dlv_");
      assertThat(delivery.endpoint()).isEqualTo(endpoint.id());
      assertThat(delivery.attempts()).isEqualTo(2);
      List<Attempt> attempts = posthorn.messages().attempts(receipt.id());
      assertThat(attempts).extracting(Attempt::kind).containsOnly(AttemptKind.SCHEDULED);
      assertThat(attempts.get(0).id()).startsWith("atmpt_");
      assertThat(posthorn.endpoints().attempts(endpoint.id(), 10))
          .containsExactlyInAnyOrderElementsOf(attempts);
    }
  }

  @Test
  void oneCanWaitForTheDeliveriesOfAMessage() {
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options())) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/a")));
      Endpoint paused = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/b")));
      String first = posthorn.send("a.b", "{}").id();
      assertThat(posthorn.messages().await(first, Duration.ofSeconds(20)))
          .extracting(Delivery::state)
          .containsExactly(DeliveryState.SUCCEEDED, DeliveryState.SUCCEEDED);

      posthorn.endpoints().pause(paused.id());
      String second = posthorn.send("a.b", "{}").id();
      assertThat(posthorn.messages().await(second, Duration.ZERO))
          .extracting(Delivery::state)
          .contains(DeliveryState.WAITING);
      posthorn.messages().cancel(second);
      assertThat(posthorn.messages().await(second, Duration.ofSeconds(20)))
          .extracting(Delivery::state)
          .doesNotContain(DeliveryState.WAITING);

      String nobody = posthorn.application("other").send("a.b", "{}").id();
      Messages others = posthorn.application("other").messages();
      assertThat(others.await(nobody, Duration.ofSeconds(20))).isEmpty();
    }
  }

  @Test
  void whoWaitsForDeliveriesIsToldOfTheEnd() throws Exception {
    Posthorn posthorn = Posthorn.open(options());
    String endpoint = posthorn.endpoints().add(NewEndpoint.of("https://example.com/")).id();
    posthorn.endpoints().pause(endpoint);
    String id = posthorn.send("a.b", "{}").id();
    CompletableFuture<List<Delivery>> waiting =
        CompletableFuture.supplyAsync(
            () -> posthorn.messages().await(id, Duration.ofMinutes(5)),
            task -> Thread.ofVirtual().start(task));
    posthorn.close();
    assertThat(waiting)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
  }
}
