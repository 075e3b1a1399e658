package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The debug log lines that tell how lanes, circuit breakers and the store change. */
class EngineLogTest {
  private static final long SECOND = EngineHarness.SECOND;

  private int status = 200;
  private @Nullable String retryAfter;
  private boolean full;
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT
              .withRetryWaits(List.of(1_000L, 60_000L))
              .withLimits(
                  SimOptions.LIMITS.toBuilder()
                      .maxInFlight(16)
                      .hotRows(100)
                      .laneHotRows(3)
                      .build()),
          WatchedStore.launcher(WatchedStore.commits(batch -> refuse())),
          (host, request) -> reply());
  private final EndpointRow endpoint;
  private final String id;

  EngineLogTest() {
    endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    id = harness.engine.publicIds().format(IdPrefix.ENDPOINT, endpoint.id());
    harness.run(60 * SECOND);
    LogRecorder.start();
  }

  @AfterEach
  void stop() {
    LogRecorder.stop();
  }

  private void refuse() {
    if (full) {
      throw new StoreException(StoreException.Reason.FULL, "planted", null);
    }
  }

  private SimReceiver.Reply reply() {
    return new SimReceiver.Reply(
        5, new ExchangeResult.Response(status, retryAfter, new byte[0], null, Timings.NONE));
  }

  private void send(int count) {
    for (int i = 0; i < count; i++) {
      harness.send(0);
    }
  }

  @Test
  void aBreakerThatOpensTriesAgainAndCloses() {
    status = 500;
    send(12);
    harness.run(SECOND / 2); // the probe is not due yet
    status = 200;
    harness.run(600 * SECOND);
    assertThat(LogRecorder.lines())
        .filteredOn(line -> line.contains("breaker"))
        .containsExactly(
            "DEBUG Circuit breaker of endpoint " + id + " opened for 1000 ms",
            "DEBUG Circuit breaker of endpoint " + id + " half-open: one probe",
            "DEBUG Circuit breaker of endpoint " + id + " closed");
  }

  @Test
  void anEndpointThatAsksForAPause() {
    status = 503;
    retryAfter = "30";
    send(1);
    harness.run(SECOND);
    long message = harness.tables.messages().lastEntry().getKey();
    assertThat(LogRecorder.lines())
        .singleElement()
        .asString()
        .startsWith(
            "DEBUG Endpoint "
                + id
                + " answered "
                + harness.engine.publicIds().format(IdPrefix.MESSAGE, message)
                + " with Retry-After: no attempts until 20");
  }

  @Test
  void anEndpointThatIsPausedAndResumed() {
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    send(2);
    harness.run(SECOND);
    harness.await(harness.state(endpoint, EndpointState.ENABLED));
    harness.run(SECOND);
    assertThat(LogRecorder.lines())
        .containsExactly(
            "DEBUG Endpoint " + id + " paused: its deliveries wait",
            "DEBUG Parking 2 deliveries that wait for endpoint " + id,
            "DEBUG Endpoint " + id + " resumed");
  }

  @Test
  void aLaneWithMoreThanItsPartOfTheHotQueue() {
    send(20);
    harness.run(60 * SECOND);
    assertThat(LogRecorder.lines())
        .containsExactly(
            "DEBUG New deliveries for endpoint " + id + " parked: no room in the hot queue",
            "DEBUG New deliveries for endpoint "
                + id
                + " hot again: all parked ones are in memory");
  }

  @Test
  void anEndpointThatIsGone() {
    status = 410;
    send(1);
    harness.run(SECOND);
    assertThat(LogRecorder.lines())
        .containsExactlyInAnyOrder(
            "DEBUG Endpoint " + id + " disabled, DISABLED_GONE: its deliveries wait",
            "WARN Endpoint " + id + " disabled: DISABLED_GONE");
  }

  @Test
  void aStoreThatIsFullAndTakesChangesAgain() {
    full = true;
    send(1);
    harness.run(SECOND);
    full = false;
    harness.run(SECOND); // what comes before the next try is refused
    send(1);
    harness.run(10 * SECOND);
    assertThat(LogRecorder.lines())
        .containsSubsequence(
            "DEBUG Messages refused: FULL, next probe in 100 ms",
            "DEBUG Store backoff begun: FULL, next try in 100 ms",
            "DEBUG Store backoff continued: FULL, next try in 200 ms",
            "DEBUG Store backoff ended, failures: 4")
        .last()
        .isEqualTo("INFO Store recovered: messages are accepted again");
  }
}
