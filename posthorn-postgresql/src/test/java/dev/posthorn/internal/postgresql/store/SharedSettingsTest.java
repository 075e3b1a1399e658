package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.SettingsLog;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several processes change settings at the same time, and read what the others have changed. */
@ExtendWith(PostgresqlExtension.class)
class SharedSettingsTest {
  private static final int EACH = 40;

  private TestDatabase database;
  private Store one;
  private Store other;

  @BeforeEach
  void open(TestDatabase own) {
    database = own;
    one = DatabaseFixture.partitioned(own).open();
    other = DatabaseFixture.openAs(own, "postgres");
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  private static Batch put(long application, long version) {
    Batch batch = new Batch();
    batch.settings.add(
        new SettingChange.PutApplication(
            new ApplicationRow(
                application, 1, ApplicationSpec.of(null, "name " + application), 0, 0)));
    batch.settingsVersion = version;
    return batch;
  }

  /** Adds applications, each as soon as everything before it is known; returns what it saw. */
  private static List<SettingsLog.Entry> addAll(Store store, long first) {
    List<SettingsLog.Entry> seen = new ArrayList<>();
    for (long application = first; application < first + EACH; ) {
      try {
        store.commit(put(application, seen.size()));
        application++;
      } catch (StoreException e) {
        assertThat(e.reason()).isEqualTo(StoreException.Reason.STALE);
      }
      seen.addAll(store.forWriter().settingsAfter(seen.size(), 7).entries());
    }
    return seen;
  }

  @Test
  void changesAtTheSameTimeHaveOneOrder() {
    CompletableFuture<List<SettingsLog.Entry>> here =
        CompletableFuture.supplyAsync(() -> addAll(one, 1_000));
    CompletableFuture<List<SettingsLog.Entry>> there =
        CompletableFuture.supplyAsync(() -> addAll(other, 2_000));
    List<SettingsLog.Entry> first = here.join();
    List<SettingsLog.Entry> second = there.join();
    List<SettingsLog.Entry> all = one.settingsAfter(0, 1_000).entries();
    assertThat(all)
        .extracting(SettingsLog.Entry::version)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 2 * EACH).boxed().toList());
    assertThat(all).startsWith(first.toArray(SettingsLog.Entry[]::new));
    assertThat(all).startsWith(second.toArray(SettingsLog.Entry[]::new));
    assertThat(all.stream().flatMap(entry -> entry.changes().stream()).distinct())
        .hasSize(2 * EACH);
  }

  @Test
  void oldEntriesAreRemovedAndWhoHasNotReadThemIsTold() {
    one.commit(put(1, 0));
    one.commit(put(2, 1));
    database.execute(
        "UPDATE posthorn.settings_log SET written = written - interval '2 hours'"
            + " WHERE version = 1");
    while (one.upkeep(0, 1_000)) {
      // until there is nothing more to do
    }
    assertThat(other.settingsAfter(0, 10)).isEqualTo(SettingsLog.tooShort());
    assertThat(other.settingsAfter(1, 10).entries()).hasSize(1);
    assertThat(other.settingsAfter(2, 10)).isEqualTo(new SettingsLog(true, List.of()));
  }

  @Test
  void whatAnotherVersionOfTheProgramHasWrittenIsNotReadInPart() {
    one.commit(put(1, 0));
    for (String changes :
        List.of(
            "[\"PutPlanet\",{\"id\":1}]",
            "[\"RemoveToken\",{\"token\":1,\"why\":\"\"}]",
            "[\"RemoveToken\",{}]",
            "[\"RemoveToken\",{\"token\":\"x\"}]",
            "[\"RemoveToken\"")) {
      database.execute("UPDATE posthorn.settings_log SET changes = '" + changes + "'");
      assertThat(other.settingsAfter(0, 10)).as(changes).isEqualTo(SettingsLog.tooShort());
    }
  }

  @Test
  void aLargeEntryIsOnAPageOfItsOwn() {
    String large = "x".repeat(3 << 20);
    for (int i = 0; i < 3; i++) {
      Batch batch = put(i, i);
      batch.settings.add(
          new SettingChange.PutApplication(
              new ApplicationRow(9, 1, ApplicationSpec.of(null, large), 0, 0)));
      one.commit(batch);
    }
    assertThat(other.settingsAfter(0, 10).entries()).hasSize(2);
    assertThat(other.settingsAfter(2, 10).entries()).hasSize(1);
  }
}
