package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.HealthOptions;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A shortage of this process costs the receiver and its neighbors nothing. */
class OwnShortageTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final int MESSAGES = 50;

  /** Every failure would open the breaker, and spend the only attempt. */
  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT
          .withRetryWaits(List.of())
          .withHealth(
              HealthOptions.DEFAULT.toBuilder()
                  .breakerFailures(1)
                  .breakerMinMillis(3_600_000)
                  .breakerMaxMillis(3_600_000)
                  .disableAfterMillis(Long.MAX_VALUE)
                  .build());

  private final EngineHarness harness = new EngineHarness(1, OPTIONS, Launcher.PLAIN, this::reply);
  private boolean isShort = true;
  private int refused;
  private int served;
  private long latest;

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    if (isShort && host.startsWith("short")) {
      refused++;
      ErrorClass error = new ErrorClass.OwnShortage(ErrorClass.Resource.CONNECTIONS);
      return new SimReceiver.Reply(
          0, new ExchangeResult.Failure(error, "no connection was free", Timings.NONE));
    }
    if (host.startsWith("short")) {
      served++;
      latest = harness.clock.nanoTime();
    }
    return new SimReceiver(harness.random).reply(request.limits());
  }

  private void send(int count) {
    for (int i = 0; i < count; i++) {
      harness.send(0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void spendsNoAttemptAndOpensNoBreaker(boolean ordered) {
    harness.await(harness.addEndpoint("short", EngineHarness.policy(ordered)));
    harness.run(SECOND);
    send(MESSAGES);
    harness.run(120 * SECOND);
    assertThat(refused).isPositive();
    assertThat(harness.tables.attempts()).isEmpty();

    isShort = false;
    long over = harness.clock.nanoTime();
    harness.run(20 * SECOND);
    assertThat(served).isEqualTo(MESSAGES);
    assertThat(latest - over).isLessThanOrEqualTo(15 * SECOND);
    assertThat(harness.tables.attempts().values())
        .hasSize(MESSAGES)
        .extracting(AttemptRow::spent)
        .containsOnly(1);
  }

  @Test
  void isNotAskedAboutWithoutEnd() {
    harness.await(harness.addEndpoint("short", EngineHarness.policy(false)));
    harness.run(SECOND);
    send(MESSAGES);
    harness.run(120 * SECOND);
    // All that may go at once, and then one more probe at most for each pause.
    assertThat(refused).isLessThan(16 * 40);
  }

  @Test
  void leavesTheOthersAlone() {
    harness.await(harness.addEndpoint("short", EngineHarness.policy(false)));
    harness.await(harness.addEndpoint("other", EngineHarness.policy(false)));
    harness.run(SECOND);
    send(MESSAGES);
    harness.run(SECOND);
    assertThat(harness.tables.attempts().values())
        .hasSize(MESSAGES)
        .extracting(AttemptRow::status)
        .containsOnly(200);
  }

  /** No exchange came about, so none counts for what all endpoints may have together. */
  @Test
  void takesNothingOfTheApplicationsRateFromTheOthers() {
    harness.await(
        harness
            .engine
            .applicationAdmin()
            .update(harness.application(), row -> Workload.limited(row, 2)));
    for (int i = 0; i < 40; i++) {
      harness.await(harness.addEndpoint("short" + i, EngineHarness.policy(false)));
    }
    EndpointRow other = harness.await(harness.addEndpoint("other", EngineHarness.policy(false)));
    harness.run(SECOND);
    send(300);
    harness.run(100 * SECOND);
    assertThat(harness.tables.attemptsFor(other.id())).hasSizeBetween(180, 201);
  }

  @Test
  void endsAtTheDeadlineAsWaitingDoes() {
    harness.await(harness.addEndpoint("short", EngineHarness.policy(false)));
    harness.run(SECOND);
    harness.send(harness.clock.millis() + 30_000);
    harness.run(60 * SECOND);
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::error)
        .containsExactly("deadline");
  }
}
