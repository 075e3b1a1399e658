package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A disk that has room for outcomes, but not for messages. */
class NearlyFullTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final int PERMITS = 16;
  private static final int MOST_BYTES = 100 << 10;

  private final SimReceiver[] receiver = new SimReceiver[1];
  private final Map<Reason, Integer> refusals = new EnumMap<>(Reason.class);
  private final EngineHarness harness =
      new EngineHarness(
          1,
          options(),
          WatchedStore.launcher(WatchedStore.commits(this::refuseLarge)),
          (host, r) -> reply(r));
  private boolean nearlyFull;
  private int refusedBatches;

  NearlyFullTest() {
    receiver[0] = new SimReceiver(harness.random);
  }

  private static EngineOptions options() {
    return EngineOptions.DEFAULT.withLimits(
        SimOptions.LIMITS.toBuilder()
            .maxInFlight(PERMITS)
            .firstWindow(16)
            .concurrency(16)
            .hotRows(1_000)
            .laneHotRows(1_000)
            .bodyBytes(10_000_000)
            .acceptBytes(100_000_000)
            .maxPayloadSize(2_000_000)
            .build());
  }

  private void refuseLarge(Batch batch) {
    long bytes = 0;
    for (PartitionBatch rows : batch.partitions()) {
      for (MessageRow message : rows.messages) {
        bytes += message.body().length;
      }
    }
    if (nearlyFull && bytes > MOST_BYTES) {
      refusedBatches++;
      throw new StoreException(StoreException.Reason.FULL, "simulated", null);
    }
  }

  private SimReceiver.Reply reply(HttpRequest request) {
    return receiver[0].reply(request.limits());
  }

  private void sendLarge() {
    harness
        .engine
        .messages()
        .accept(
            new SendRequest(
                harness.application(),
                "t",
                List.of(),
                "text/plain",
                new byte[1 << 20],
                new SendRequest.Options(null, 0, 0, null)),
            result -> {},
            refused -> refusals.merge(refused.reason(), 1, Integer::sum));
  }

  @Test
  void storesAllOutcomesAndIsSeldomAskedToTakeMessages() {
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    int messages = 500;
    for (int i = 0; i < messages; i++) {
      harness.send(0);
    }
    harness.run(SECOND / 10);
    nearlyFull = true;
    for (long nanos = 0; nanos < 60 * SECOND; nanos += SECOND / 50) {
      harness.clock.after(nanos, this::sendLarge);
    }
    harness.run(60 * SECOND);
    assertThat(harness.tables.messages()).hasSize(messages);
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::state)
        .hasSize(messages)
        .containsOnly(DeliveryState.SUCCEEDED);
    assertThat(refusals).containsOnlyKeys(Reason.STORE_FULL);
    assertThat(refusedBatches).as("tries of one that is too large").isBetween(2, 30);
    assertThat(harness.engine.condition().trouble()).as("it takes what is small").isEmpty();

    nearlyFull = false;
    harness.run(10 * SECOND);
    refusals.clear();
    sendLarge();
    harness.run(30 * SECOND);
    assertThat(refusals).isEmpty();
    assertThat(harness.tables.messages()).hasSize(messages + 1);
    assertThat(harness.tables.hot()).isEmpty();
  }
}
