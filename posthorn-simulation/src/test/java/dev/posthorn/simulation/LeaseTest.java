package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.HealthOptions;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A process sends only while it holds the lease of its store, and ends if another takes over. */
class LeaseTest {
  private static final long SECOND = EngineHarness.SECOND;

  /** Every failure would open the breaker, and spend the only attempt. Payloads are read. */
  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT
          .withRetryWaits(List.of())
          .withLimits(SimOptions.LIMITS.toBuilder().bodyBytes(2_000).build())
          .withHealth(
              HealthOptions.DEFAULT.toBuilder()
                  .breakerFailures(1)
                  .breakerMinMillis(3_600_000)
                  .breakerMaxMillis(3_600_000)
                  .disableAfterMillis(Long.MAX_VALUE)
                  .build());

  private final EngineHarness harness =
      new EngineHarness(
          3, OPTIONS, WatchedStore.launcher(this::loseWhileReading), (host, request) -> reply());

  private final List<Long> sentAt = new ArrayList<>();
  private boolean losesWhileReading;
  private long replyMillis = 5;

  private SimReceiver.Reply reply() {
    sentAt.add(harness.clock.nanoTime());
    return new SimReceiver.Reply(
        replyMillis, new ExchangeResult.Response(200, null, new byte[0], null, Timings.NONE));
  }

  private void loseWhileReading(String method, Object[] arguments) {
    if (losesWhileReading && method.equals("messages")) {
      losesWhileReading = false;
      harness.leaseLost(true);
    }
  }

  @AfterEach
  void stop() {
    LogRecorder.stop();
  }

  private EndpointRow addEndpoint() {
    EndpointRow row = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(SECOND);
    return row;
  }

  private void send(int count) {
    for (int i = 0; i < count; i++) {
      harness.send(0);
    }
  }

  private void assertAllSentOnce(int count) {
    assertThat(harness.tables.attempts().values())
        .hasSize(count)
        .allMatch(AttemptRow::isSuccess)
        .extracting(AttemptRow::spent)
        .containsOnly(1);
    assertThat(harness.tables.waiting()).isZero();
  }

  @Test
  void deliveriesWaitWithoutTheLeaseAndGoOnSoonAfterItIsBack() {
    addEndpoint();
    harness.leaseLost(true);
    send(20);
    harness.run(60 * SECOND);
    assertThat(sentAt).isEmpty();
    assertThat(harness.tables.messages()).as("accepted all the same").hasSize(20);

    harness.leaseLost(false);
    long back = harness.clock.nanoTime();
    harness.run(60 * SECOND);
    assertAllSentOnce(20);
    assertThat(sentAt).hasSize(20);
    assertThat(sentAt.getFirst() - back).isLessThan(SECOND / 5);
    assertThat(harness.engine.condition().hasFailed()).isFalse();
  }

  @Test
  void withoutTheLeaseNothingSpins() {
    addEndpoint();
    harness.leaseLost(true);
    send(50);
    harness.run(SECOND);
    long before = harness.clock.count();
    harness.run(60 * SECOND);
    assertThat(harness.clock.count() - before).as("events of a minute").isLessThan(5_000);
  }

  @Test
  void anExchangeIsNotMadeIfTheLeaseEndsWhileItsPayloadIsRead() {
    addEndpoint();
    send(60); // more than there is room for: some payloads are read
    losesWhileReading = true;
    harness.run(30 * SECOND);
    int before = sentAt.size();
    assertThat(losesWhileReading).isFalse();
    assertThat(before).isLessThan(60);
    assertThat(harness.engine.stats().exchangesPostponed(Resource.LEASE)).isPositive();

    harness.leaseLost(false);
    harness.run(30 * SECOND);
    assertAllSentOnce(60);
    assertThat(sentAt).hasSize(60);
  }

  @Test
  void aTestOfAnEndpointIsNotSentWithoutTheLease() {
    EndpointRow endpoint = addEndpoint();
    harness.leaseLost(true);
    var test = harness.engine.deliveries().test(harness.message(), endpoint.id());
    assertThatThrownBy(() -> harness.await(test))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            PosthornException.class,
            why -> {
              assertThat(why.reason()).isEqualTo(Reason.OVERLOADED);
              assertThat(why).hasMessageContaining("lease");
            });
    assertThat(sentAt).isEmpty();
  }

  @Test
  void whoIsFencedRefusesEverythingAndSendsNothingAndLosesNothing() {
    addEndpoint();
    replyMillis = 2_000;
    send(5);
    harness.run(SECOND);
    int underWay = sentAt.size();
    assertThat(underWay).isPositive();
    Engine fenced = harness.engine;
    LogRecorder.start();
    harness.takeOver();
    List<Reason> refused = new ArrayList<>();
    fenced.messages().accept(harness.message(), result -> {}, why -> refused.add(why.reason()));
    harness.run(SECOND / 2);
    assertThat(refused).containsExactly(Reason.STORE_FAILED);
    assertThat(fenced.condition().isFenced()).isTrue();
    assertThat(fenced.condition().hasFailed()).isTrue();
    assertThat(fenced.condition().trouble().orElseThrow()).contains("taken over", "start again");
    assertThat(fenced.stats().holdsLease()).isFalse();
    assertThatThrownBy(() -> fenced.messages().accept(harness.message(), result -> {}, why -> {}))
        .isInstanceOfSatisfying(
            PosthornException.class,
            why -> assertThat(why.reason()).isEqualTo(Reason.STORE_FAILED));
    var change = fenced.applicationAdmin().create(1, null, "late", Map.of());
    assertThatThrownBy(() -> harness.await(change)).cause().hasMessageContaining("taken over");

    harness.run(120 * SECOND);
    assertThat(LogRecorder.lines())
        .filteredOn(line -> line.startsWith("ERROR"))
        .singleElement()
        .asString()
        .contains("another process has taken over", "start again");
    // Each exchange whose outcome the fenced engine could not store was made again by the other.
    assertThat(sentAt).hasSize(5 + underWay);
    assertAllSentOnce(5);
    assertThat(harness.engine.condition().hasFailed()).isFalse();
  }

  @Test
  void anEngineWithNothingToDoSoonNoticesThatItIsFenced() {
    Engine fenced = harness.engine;
    harness.takeOver();
    harness.run(2 * SECOND);
    assertThat(fenced.condition().isFenced()).isTrue();
    assertThat(harness.await(fenced.stop(60_000))).as("nothing was under way").isTrue();
  }

  @Test
  void anEngineThatIsFencedStopsAtOnceThoughItsOutcomesAreNotStored() {
    addEndpoint();
    replyMillis = 10_000;
    send(3);
    harness.run(SECOND);
    Engine fenced = harness.engine;
    harness.takeOver();
    harness.run(130 * SECOND);
    long before = harness.clock.nanoTime();
    harness.await(fenced.stop(60_000));
    assertThat(harness.clock.nanoTime() - before).isLessThan(SECOND);
  }

  @Test
  void anEngineThatWaitsForItsLeaseSoonNoticesThatItIsFenced() {
    addEndpoint();
    harness.leaseLost(true);
    send(3);
    harness.run(SECOND);
    Engine fenced = harness.engine;
    harness.takeOver();
    harness.run(2 * SECOND);
    assertThat(fenced.condition().isFenced()).isTrue();
    harness.run(60 * SECOND);
    assertAllSentOnce(3);
    assertThat(sentAt).hasSize(3);
  }
}
