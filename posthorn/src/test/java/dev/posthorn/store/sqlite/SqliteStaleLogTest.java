package dev.posthorn.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.SettingChange.PutSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that another database left under the name of a restored file's log is not used. */
class SqliteStaleLogTest {
  @TempDir Path directory;
  private Path staleLog;

  private Path path(String name) {
    return directory.resolve(name);
  }

  private Store open(String name) {
    return SqliteStore.open(path(name), SqliteOptions.defaults());
  }

  private static void commit(Store store, String value) {
    Batch batch = new Batch();
    batch.settings.add(new PutSetting("name", value));
    store.commit(batch);
  }

  @BeforeEach
  void leaveALog() throws IOException {
    try (Store other = open("other.db")) {
      commit(other, "of another");
      staleLog = Files.copy(path("other.db-wal"), path("restored.db-wal"));
    }
    try (Store store = open("store.db")) {
      commit(store, "right");
      store.backup(path("backup.db"));
    }
  }

  @Test
  void nothingIsRestoredBesideIt() throws IOException {
    assertThatThrownBy(
            () -> SqliteStore.restore(path("backup.db"), path("restored.db"), () -> true))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(staleLog + " exists and belongs to another database; move it away");
    assertThat(path("restored.db")).doesNotExist();
    assertThat(staleLog).exists();
    Files.delete(staleLog);
    SqliteStore.restore(path("backup.db"), path("restored.db"), () -> true);
    try (Store restored = open("restored.db")) {
      assertThat(restored.setting("name")).isEqualTo("right");
    }
  }

  @Test
  void nothingIsRestoredWithoutTheLogThatBelongsToIt() {
    try (Store store = open("store.db")) {
      commit(store, "only in the log");
      assertThatThrownBy(() -> SqliteStore.restore(path("store.db"), path("new.db"), () -> true))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(path("store.db-wal") + " holds what is not in");
      assertThat(path("new.db")).doesNotExist();
    }
  }
}
