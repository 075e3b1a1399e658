package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A message that turns out to be a duplicate only when its batch is prepared again, since somebody
 * else has stored its event id meanwhile.
 */
class LateDuplicateTest {
  private static final int MESSAGES = 2;

  private final EngineHarness harness =
      new EngineHarness(
          5,
          EngineOptions.DEFAULT.withLimits(SimOptions.LIMITS),
          WatchedStore.launcher(WatchedStore.commits(this::beforeCommit)),
          (host, request) ->
              new SimReceiver.Reply(
                  5, new ExchangeResult.Response(200, null, new byte[0], null, Timings.NONE)));

  private boolean armed;

  private void beforeCommit(Batch batch) {
    if (armed && batch.dedupe.size() == MESSAGES) {
      armed = false;
      for (DedupeRow row : batch.dedupe) {
        harness.tables.dedupe.put(row.dedupeKey(), row);
      }
      throw new StoreException(StoreException.Reason.REJECTED, "simulated", null);
    }
  }

  @Test
  void itGivesBackThePlacesThatItWasAdmittedTo() {
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(EngineHarness.SECOND);
    int before = harness.engine.context().hotBudget().left();
    armed = true;
    List<SendResult> results = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      harness.engine.messages().accept(harness.message("event " + i), results::add, refused -> {});
    }
    harness.run(10 * EngineHarness.SECOND);
    assertThat(armed).isFalse();
    assertThat(results).hasSize(MESSAGES).allMatch(SendResult::duplicate);
    assertThat(harness.engine.context().hotBudget().left()).isEqualTo(before);
  }
}
