package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whoever does not find what another node may have created can catch up, at a bounded cost. */
class SettingsRefreshTest {
  private static final long MILLI = 1_000_000;

  private int looks;
  private boolean failing;

  private EngineHarness harness(boolean shared) {
    return new EngineHarness(
        3,
        EngineOptions.DEFAULT,
        WatchedStore.launcher(
            (method, arguments) -> {
              if (method.equals("settingsAfter")) {
                looks++;
                if (failing) {
                  throw new StoreException(StoreException.Reason.IO, "planted", null);
                }
              }
            }),
        new SimTables(shared),
        (host, request) -> new SimReceiver(new Random(1)).reply(request.limits()));
  }

  private static void create(EngineHarness harness, long id) {
    Batch batch = new Batch();
    batch.settings.add(
        new SettingChange.PutApplication(
            new ApplicationRow(id, 1, ApplicationSpec.of("uid " + id, "name"), 0, 0)));
    harness.tables.apply(batch);
  }

  @Test
  void whatWasCommittedBeforeIsFoundAfterwards() {
    EngineHarness harness = harness(true);
    for (long id = 1; id < 50; id++) {
      harness.run(7 * MILLI);
      create(harness, id);
      assertThat(harness.await(harness.engine.registry().refresh())).isTrue();
      assertThat(harness.engine.registry().application(1, "uid " + id)).isNotNull();
    }
  }

  @Test
  void manyWhoAskCostNoMoreReadsThanOne() {
    EngineHarness harness = harness(true);
    harness.run(10 * EngineHarness.SECOND);
    int before = looks;
    long began = harness.clock.nanoTime();
    CompletableFuture<Boolean> last = CompletableFuture.completedFuture(false);
    for (int i = 0; i < 1_000; i++) {
      last = harness.engine.registry().refresh();
      var unused = harness.engine.registry().refresh();
      harness.run(MILLI);
    }
    harness.await(last);
    long seconds = 1 + (harness.clock.nanoTime() - began) / EngineHarness.SECOND;
    // Others are looked for four times a second anyway.
    assertThat(looks - before).isBetween(5, Math.toIntExact(seconds * 55));
  }

  @Test
  void nobodyWaitsForLongForAStoreThatCannotBeRead() {
    EngineHarness harness = harness(true);
    failing = true;
    CompletableFuture<Boolean> refreshed = harness.engine.registry().refresh();
    assertThatThrownBy(() -> harness.await(refreshed)).hasMessageContaining("does not answer");
    failing = false;
    create(harness, 7);
    assertThat(harness.await(harness.engine.registry().refresh())).isTrue();
    assertThat(harness.engine.registry().application(1, "uid 7")).isNotNull();
  }

  @Test
  void whereThereIsOneProcessNobodyWaits() {
    EngineHarness harness = harness(false);
    assertThat(harness.engine.registry().refresh()).isCompletedWithValue(false);
  }
}
