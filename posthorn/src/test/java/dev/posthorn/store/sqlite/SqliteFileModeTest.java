package dev.posthorn.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.SettingChange.PutSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Only the owner can read the files of a store. */
@DisabledOnOs(OS.WINDOWS)
class SqliteFileModeTest {
  @TempDir Path directory;

  private Store open(String name) {
    return SqliteStore.open(directory.resolve(name), SqliteOptions.defaults());
  }

  private static void commit(Store store) {
    Batch batch = new Batch();
    batch.settings.add(new PutSetting("name", "value"));
    store.commit(batch);
  }

  private Map<String, String> modes() throws IOException {
    Map<String, String> modes = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        modes.put(
            file.getFileName().toString(),
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
    return modes;
  }

  @Test
  void allFilesOfAStoreAreTheOwnersAlone() throws IOException {
    try (Store store = open("store.db")) {
      commit(store);
      assertThat(modes())
          .containsOnlyKeys("store.db", "store.db-wal", "store.db-shm", "store.db.lock")
          .allSatisfy((name, mode) -> assertThat(mode).as(name).isEqualTo("rw-------"));
    }
  }

  @Test
  void soAreBackupsAndRestoredFiles() throws IOException {
    try (Store store = open("store.db")) {
      commit(store);
      store.backup(directory.resolve("backup.db"));
    }
    SqliteStore.restore(
        directory.resolve("backup.db"), directory.resolve("restored.db"), () -> true);
    try (Store restored = open("restored.db")) {
      assertThat(restored.setting("name")).isEqualTo("value");
      assertThat(modes())
          .containsKeys("backup.db", "restored.db", "restored.db-wal")
          .allSatisfy((name, mode) -> assertThat(mode).as(name).isEqualTo("rw-------"));
    }
  }

  /** The restored file of a world-readable backup is not world-readable. */
  @Test
  void theBackupsOwnModeIsNotTakenOver() throws IOException {
    open("store.db").close();
    Path backup = directory.resolve("store.db");
    Files.setPosixFilePermissions(backup, PosixFilePermissions.fromString("rw-rw-r--"));
    SqliteStore.restore(backup, directory.resolve("restored.db"), () -> true);
    assertThat(modes()).containsEntry("restored.db", "rw-------");
  }
}
