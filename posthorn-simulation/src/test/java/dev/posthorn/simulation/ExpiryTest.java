package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A delivery that is too late ends soon, whatever is before it. */
class ExpiryTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final long MINUTE = 60 * SECOND;

  private int exchanges;
  private int status = 500;
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT
              .withRetryWaits(List.of(3_600_000L))
              .withJitter(0)
              .withLimits(
                  SimOptions.LIMITS.toBuilder()
                      .maxInFlight(16)
                      .hotRows(20)
                      .laneHotRows(5)
                      .acceptBytes(10_000_000)
                      .build()),
          Launcher.PLAIN,
          this::reply);

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    exchanges++;
    return SimReceiver.answer(5, status, null, request.limits());
  }

  private EndpointRow endpoint(boolean ordered) {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(ordered)));
    harness.run(10 * SECOND);
    return endpoint;
  }

  private void pause(EndpointRow endpoint) {
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
  }

  private void send(int messages, long expiresInMillis) {
    for (int i = 0; i < messages; i++) {
      harness.send(expiresInMillis == 0 ? 0 : harness.clock.millis() + expiresInMillis);
    }
    harness.run(SECOND);
  }

  private void assertEnded(int expired, int waiting) {
    assertThat(harness.tables.attempts().values())
        .hasSize(expired)
        .allSatisfy(
            row -> {
              assertThat(row.state()).isEqualTo(DeliveryState.FAILED);
              assertThat(row.error()).isEqualTo("deadline");
            });
    assertThat(harness.tables.waiting()).isEqualTo(waiting);
  }

  @Test
  void whatWaitsInMemoryBehindOthers() {
    pause(endpoint(false));
    send(2, 0);
    send(2, 60_000);
    harness.run(MINUTE + 3 * SECOND);
    assertEnded(2, 2);
  }

  @Test
  void whatIsOnlyInTheStoreBehindOthers() {
    pause(endpoint(false));
    send(700, 0);
    send(650, 60_000);
    send(50, 0);
    harness.run(2 * MINUTE);
    assertEnded(650, 750);
    long before = harness.clock.count();
    harness.run(60 * MINUTE);
    // Looks each tenth of a second would be 36,000 events; the engine's other timers make 9,000.
    assertThat(harness.clock.count() - before).as("a look each half minute").isLessThan(20_000);
  }

  /** A page of the search has 500 rows: the crowd of one application fills more than one. */
  @Test
  void whateverPartitionItIsIn() {
    endpoint(false);
    int[] late = {1_200, 5, 5, 5, 5, 5};
    for (int count : late) {
      long owner = harness.addApplication();
      pause(harness.await(harness.addEndpoint(owner, "e", EngineHarness.policy(false))));
      for (int i = 0; i < 600 + count; i++) {
        harness.send(owner, i < 600 ? 0 : harness.clock.millis() + 60_000);
      }
      harness.run(SECOND);
    }
    harness.run(2 * MINUTE);
    assertEnded(1_225, 3_600);
  }

  @Test
  void whatExpiresBeforeItIsDue() {
    pause(endpoint(false));
    send(700, 0);
    long before = harness.clock.millis();
    SendRequest.Options options =
        new SendRequest.Options(null, before + 3_600_000, before + 60_000, null);
    harness.engine.messages().accept(harness.messageOf(options), result -> {}, refused -> {});
    harness.run(2 * MINUTE);
    assertEnded(1, 700);
  }

  @Test
  void alsoAfterACrash() {
    pause(endpoint(false));
    send(700, 0);
    send(100, 60_000);
    harness.crash();
    harness.run(2 * MINUTE);
    assertEnded(100, 700);
  }

  @Test
  void behindOneThatWaitsForItsRetryInOrder() {
    endpoint(true);
    send(1, 0);
    send(3, 60_000);
    harness.run(2 * MINUTE);
    assertThat(exchanges).isEqualTo(1);
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::error)
        .containsExactly(null, "deadline", "deadline", "deadline");
  }

  @Test
  void aRetryThatWaitsKeepsItsTimeWhenTheOrderIsLifted() {
    EndpointRow endpoint = endpoint(true);
    send(1, 0);
    harness.run(10 * SECOND);
    send(5, 0);
    assertThat(exchanges).isEqualTo(1);
    status = 200;
    harness.await(
        harness
            .engine
            .endpointAdmin()
            .update(endpoint.id(), row -> EngineHarness.with(row, EngineHarness.policy(false))));
    harness.run(30 * MINUTE);
    assertThat(exchanges).as("those behind it").isEqualTo(6);
    harness.run(31 * MINUTE);
    assertThat(exchanges).isEqualTo(7);
    assertThat(harness.tables.waiting()).isZero();
  }
}
