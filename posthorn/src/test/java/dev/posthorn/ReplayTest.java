package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReplayTest extends ApiTest {
  @Test
  void aReplayedDeliveryWaitsAgain() {
    AtomicInteger status = new AtomicInteger(200);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()));
        Posthorn posthorn =
            Posthorn.open(
                options().toBuilder()
                    .retrySchedule(RetrySchedule.of(Duration.ofHours(1)))
                    .build())) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt receipt = posthorn.send("a.b", "{}");
      awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);
      status.set(500);
      assertThat(posthorn.messages().replay(receipt.id(), endpoint.id())).isTrue();
      receiver.awaitRequests(2);
      Instant soon = Instant.now().plusSeconds(600);
      Await.until(
          "the next attempt is in an hour",
          () -> {
            Delivery delivery = posthorn.messages().deliveries(receipt.id()).get(0);
            Instant next = delivery.next();
            return delivery.state() == DeliveryState.WAITING && next != null && next.isAfter(soon);
          });
      assertThat(posthorn.messages().replay(receipt.id(), endpoint.id())).isFalse();
    }
  }

  @Test
  void manyReplaysOfFailuresAtTheSameTimeAllEnd() throws Exception {
    AtomicInteger status = new AtomicInteger(500);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()));
        Posthorn posthorn =
            Posthorn.open(options().toBuilder().retrySchedule(RetrySchedule.of()).build())) {
      List<Endpoint> endpoints = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        endpoints.add(posthorn.endpoints().add(NewEndpoint.of(receiver.url("/" + i))));
      }
      Receipt one = posthorn.send("a.b", "{}");
      Receipt two = posthorn.send("a.b", "{}");
      awaitState(posthorn, one, DeliveryState.FAILED);
      awaitState(posthorn, two, DeliveryState.FAILED);
      status.set(200);
      List<CompletableFuture<Integer>> replays = new ArrayList<>();
      for (Endpoint endpoint : endpoints) {
        replays.add(
            CompletableFuture.supplyAsync(
                () -> posthorn.endpoints().replayFailed(endpoint.id(), Instant.EPOCH),
                task -> Thread.ofVirtual().start(task)));
      }
      for (CompletableFuture<Integer> replay : replays) {
        assertThat(replay.get(10, TimeUnit.SECONDS)).isEqualTo(2);
      }
      awaitState(posthorn, one, DeliveryState.SUCCEEDED);
      awaitState(posthorn, two, DeliveryState.SUCCEEDED);
    }
  }
}
