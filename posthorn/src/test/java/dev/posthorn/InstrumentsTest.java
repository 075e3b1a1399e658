package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.api.Instrumented;
import dev.posthorn.internal.engine.EngineStats;
import dev.posthorn.internal.engine.base.AttemptResult;
import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.lane.LaneGauges;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstrumentsTest {
  @TempDir private Path folder;

  private Posthorn open(Duration... waits) {
    return Posthorn.open(
        PosthornOptions.builder(folder.resolve("webhooks.db"))
            .allowNetworks("127.0.0.0/8")
            .maxPayloadSize(100)
            .retrySchedule(RetrySchedule.of(waits))
            .build());
  }

  private static EngineStats instruments(Posthorn posthorn) {
    return ((Instrumented) posthorn).engineStats();
  }

  @Test
  void whatHappensToMessagesIsCounted() {
    try (Receiver receiver =
            Receiver.answering(
                request -> Answer.status(request.path().equals("/gone") ? 410 : 200));
        Posthorn posthorn = open()) {
      Endpoint fine =
          posthorn
              .endpoints()
              .add(NewEndpoint.builder(receiver.url("/fine")).events("a.*").build());
      posthorn.endpoints().add(NewEndpoint.builder(receiver.url("/gone")).events("gone").build());
      posthorn.endpoints().add(NewEndpoint.builder("http://10.0.0.1/").events("private").build());
      EngineCounters counters = instruments(posthorn).counters();

      String id = posthorn.send(NewMessage.builder("a.b", "{}").eventId("e").build()).id();
      posthorn.send(NewMessage.builder("a.b", "{}").eventId("e").build());
      posthorn.send("nobody", "{}");
      posthorn.send("gone", "{}");
      posthorn.send("private", "{}");
      BadInputTest.assertRefused(
          Reason.TOO_LARGE, "payload", () -> posthorn.send("a.b", "1".repeat(101)));
      BadInputTest.assertRefused(
          Reason.CONFLICT,
          "eventId",
          () -> posthorn.send(NewMessage.builder("a.b", 1).eventId("e").build()));
      Await.until(
          "all ended",
          () ->
              counters.deliveriesEnded(DeliveryState.SUCCEEDED) == 1
                  && counters.deliveriesEnded(DeliveryState.FAILED) == 2);

      assertThat(counters.messagesAccepted()).isEqualTo(4);
      assertThat(counters.messagesDuplicate()).isEqualTo(1);
      assertThat(counters.messagesUnmatched()).isEqualTo(1);
      assertThat(counters.messagesRefused(Reason.TOO_LARGE)).isEqualTo(1);
      assertThat(counters.messagesRefused(Reason.CONFLICT)).isEqualTo(1);
      assertThat(counters.deliveriesCreated()).isEqualTo(3);
      assertThat(counters.attempts(AttemptResult.SUCCESS)).isEqualTo(1);
      assertThat(counters.attempts(AttemptResult.CLIENT_ERROR)).isEqualTo(1);
      assertThat(counters.attempts(AttemptResult.REFUSED_ADDRESS)).isEqualTo(1);
      assertThat(counters.attemptTime().count()).isEqualTo(3);
      assertThat(counters.firstAttemptDelay().count()).isEqualTo(3);
      Await.until(
          "the endpoint that is gone is counted",
          () -> counters.endpointsDisabled(EndpointState.DISABLED_GONE) == 1);

      posthorn.messages().replay(id, fine.id());
      Await.until("the replay ended", () -> counters.deliveriesEnded(DeliveryState.SUCCEEDED) == 2);
      assertThat(counters.deliveriesCreated()).isEqualTo(4);
      assertThat(counters.firstAttemptDelay().count()).isEqualTo(3);
    }
  }

  @Test
  void cancelledDeliveriesAreCountedAlsoIfTheyWereOnlyInTheStore() {
    try (Posthorn posthorn = open()) {
      String id = posthorn.endpoints().add(NewEndpoint.of("https://example.com/")).id();
      Instant later = Instant.now().plusSeconds(3_600);
      for (int i = 0; i < 1_000; i++) {
        posthorn.send(NewMessage.builder("a.b", "{}").deliverAt(later).build());
      }
      posthorn.endpoints().cancelWaiting(id);
      EngineCounters counters = instruments(posthorn).counters();
      Await.until(
          "all are cancelled", () -> counters.deliveriesEnded(DeliveryState.CANCELLED) == 1_000);
    }
  }

  @Test
  void theCensusShowsWhatWaitsAndWhatIsUnderWay() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Receiver receiver =
            Receiver.answering(
                request -> {
                  if (request.path().equals("/busy")) {
                    await(go);
                  }
                  return Answer.status(request.path().equals("/bad") ? 500 : 200);
                });
        Posthorn posthorn = open(Duration.ofHours(1))) {
      posthorn
          .endpoints()
          .add(NewEndpoint.builder(receiver.url("/busy")).events("busy").concurrency(1).build());
      posthorn
          .endpoints()
          .add(NewEndpoint.builder(receiver.url("/bad")).events("bad").concurrency(1).build());
      String paused =
          posthorn
              .endpoints()
              .add(NewEndpoint.builder(receiver.url("/")).events("paused").build())
              .id();
      posthorn.endpoints().pause(paused);
      EngineStats stats = instruments(posthorn);
      for (int i = 0; i < 3; i++) {
        posthorn.send("busy", "{}");
        posthorn.send("paused", "{}");
      }
      for (int i = 0; i < 10; i++) {
        posthorn.send("bad", "{}");
      }
      Await.until(
          "one is under way, and the breaker of the other is open",
          () -> {
            LaneGauges gauges = stats.gauges();
            return gauges.lanes() == 3
                && gauges.permits() == 1
                && gauges.loaded() >= 2 + 3 + 8 // a slow lane keeps no more
                && gauges.circuitOpen() == 1
                && gauges.slow() >= 1
                && gauges.overdueMillis() > 0;
          });
      Await.until(
          "only what is under way is in hot: what is stuck is parked", () -> stats.hotRows() == 1);
      assertThat(stats.gauges().bytesUnderWay()).isPositive();
      go.countDown();
      Await.until("none is under way", () -> stats.gauges().permits() == 0);
      assertThat(stats.gauges().bytesUnderWay()).isZero();
    }
  }

  @Test
  void whatIsHeldForAPausedEndpointIsNotOverdue() {
    try (Posthorn posthorn = open()) {
      String id = posthorn.endpoints().add(NewEndpoint.of("https://example.com/")).id();
      posthorn.endpoints().pause(id);
      posthorn.send("a.b", "{}");
      EngineStats stats = instruments(posthorn);
      Await.until("it waits", () -> stats.gauges().loaded() == 1);
      assertThat(stats.gauges().overdueMillis()).isZero();
    }
  }

  /** Deliveries that are held back on purpose, since the receiver is to blame. */
  @Test
  void whatWaitsBecauseItsEndpointFailsIsNotOverdue() {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(500));
        Posthorn posthorn = open(Duration.ofHours(1))) {
      posthorn.endpoints().add(NewEndpoint.builder(receiver.url("/")).concurrency(1).build());
      for (int i = 0; i < 15; i++) {
        posthorn.send("a.b", "{}");
      }
      EngineStats stats = instruments(posthorn);
      LaneGauges[] last = {LaneGauges.EMPTY};
      Await.until(
          "the breaker is open",
          () -> {
            last[0] = stats.gauges();
            return last[0].circuitOpen() == 1;
          });
      assertThat(last[0].loaded()).isPositive();
      assertThat(last[0].overdueMillis()).isZero();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
