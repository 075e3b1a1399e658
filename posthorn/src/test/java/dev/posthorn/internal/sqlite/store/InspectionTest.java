package dev.posthorn.internal.sqlite.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.store.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
  private static final Path LOCKS = Path.of("/proc/locks");

  @TempDir Path directory;

  /** Returns the locks on a file, as Linux lists them, without their numbers. */
  private static List<String> locks(Path file) throws IOException {
    String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
    return Files.readAllLines(LOCKS).stream()
        .filter(line -> line.contains(inode))
        .map(line -> line.substring(line.indexOf(':') + 1))
        .sorted()
        .toList();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aStoreThatIsOpenInThisProcessKeepsItsLocks() throws IOException {
    Path file = directory.resolve("store.db");
    try (Store store = SqliteStore.open(file, SqliteOptions.defaults())) {
      assertThat(store.idFloor()).isZero();
      List<String> before = locks(file);
      assumeTrue(!before.isEmpty());
      assertThat(SqliteStore.hasEnvironments(file)).isFalse();
      assertThatThrownBy(() -> SqliteStore.open(file, SqliteOptions.defaults()))
          .isInstanceOf(StoreException.class);
      assertThat(locks(file)).isEqualTo(before);
    }
  }

  @Test
  void whatIsNoDatabaseHasNone() throws IOException {
    Path file = Files.writeString(directory.resolve("store.db"), "no database ".repeat(100));
    assertThat(SqliteStore.hasEnvironments(file)).isFalse();
    assertThat(SqliteStore.hasEnvironments(directory)).isFalse();
    assertThat(SqliteStore.hasEnvironments(directory.resolve("none"))).isFalse();
    assertThat(Files.readString(file)).startsWith("no database");
    assertThat(directory).isDirectoryContaining("glob:**store.db");
  }
}
