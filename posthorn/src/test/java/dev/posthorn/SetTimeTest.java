package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.signature.Verifier;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A Posthorn whose time is set: nothing here waits for as long as it says. */
class SetTimeTest extends ApiTest {
  private static final Instant START = Instant.parse("2030-01-01T08:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final AtomicInteger status = new AtomicInteger(500);

  private void advance(Duration time) {
    now.set(Objects.requireNonNull(now.get()).plus(time));
  }

  private Posthorn open() {
    return Posthorn.open(
        options().toBuilder()
            .clock(now::get)
            .jitter(0)
            .retrySchedule(RetrySchedule.of(Duration.ofHours(10), Duration.ofDays(30)))
            .build());
  }

  private static void awaitAttempts(Posthorn posthorn, Receipt receipt, int count) {
    Await.until(
        count + " attempts", () -> posthorn.messages().attempts(receipt.id()).size() == count);
  }

  @Test
  void retriesAndTheirTimesGoByTheClockThatIsSet() {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()));
        Posthorn posthorn = open()) {
      Endpoint endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));

      Receipt receipt = posthorn.send("a.b", "{}");
      awaitAttempts(posthorn, receipt, 1);
      assertThat(posthorn.messages().get(receipt.id()).time()).isEqualTo(START);
      advance(Duration.ofHours(10));
      awaitAttempts(posthorn, receipt, 2);
      status.set(204);
      advance(Duration.ofDays(30));
      awaitState(posthorn, receipt, DeliveryState.SUCCEEDED);

      assertThat(posthorn.messages().attempts(receipt.id()))
          .extracting(Attempt::time)
          .containsExactly(
              START,
              START.plus(Duration.ofHours(10)),
              START.plus(Duration.ofHours(10)).plus(Duration.ofDays(30)));
      Verifier verifier = Verifier.of(posthorn.endpoints().secret(endpoint.id())).clock(now::get);
      var last = receiver.requests().getLast();
      assertThat(verifier.verify(last::header, last.body()).id()).isEqualTo(receipt.id());
    }
  }

  @Test
  void whatIsTooLateEndsOnceTheClockSaysSo() {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()));
        Posthorn posthorn = open()) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt receipt =
          posthorn.send(NewMessage.builder("a.b", "{}").expiresIn(Duration.ofHours(2)).build());
      awaitAttempts(posthorn, receipt, 1);

      advance(Duration.ofHours(3));

      awaitState(posthorn, receipt, DeliveryState.FAILED);
      assertThat(receiver.count()).isEqualTo(1);
    }
  }

  @Test
  void whatIsScheduledWaitsForTheClockAndIdsGrowWhenItIsSetBack() {
    status.set(200);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()));
        Posthorn posthorn = open()) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt later =
          posthorn.send(NewMessage.builder("a.b", "{}").deliverIn(Duration.ofDays(30)).build());
      Receipt first = posthorn.send("a.b", "{}");
      awaitState(posthorn, first, DeliveryState.SUCCEEDED);
      advance(Duration.ofHours(-1));
      Receipt second = posthorn.send("a.b", "{}");
      awaitState(posthorn, second, DeliveryState.SUCCEEDED);
      assertThat(second.id()).isGreaterThan(first.id());
      assertThat(receiver.count()).isEqualTo(2);

      advance(Duration.ofDays(31));

      awaitState(posthorn, later, DeliveryState.SUCCEEDED);
    }
  }

  @Test
  void aSourceWithoutATimeLeavesNothingOpen() {
    Set<Thread> before = threads();
    PosthornOptions broken =
        options().toBuilder()
            .clock(
                () -> {
                  throw new IllegalStateException("no time");
                })
            .build();

    assertThatThrownBy(() -> Posthorn.open(broken)).hasMessageContaining("no time");

    Await.until("all threads have ended", () -> before.containsAll(threads()));
    open().close();
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("posthorn-"))
        .collect(Collectors.toSet());
  }

  @Test
  void aClockThatStandsStillDoesNotKeepItFromClosing() {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()))) {
      Posthorn posthorn = open();
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Receipt receipt = posthorn.send("a.b", "{}");
      posthorn.close();

      status.set(200);
      advance(Duration.ofMinutes(10));
      try (Posthorn again = open()) {
        advance(Duration.ofHours(10));
        awaitState(again, receipt, DeliveryState.SUCCEEDED);
      }
    }
  }
}
