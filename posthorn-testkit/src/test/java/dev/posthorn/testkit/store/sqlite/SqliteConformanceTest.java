package dev.posthorn.testkit.store.sqlite;

import dev.posthorn.testkit.store.StoreConformance;
import dev.posthorn.testkit.store.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteConformanceTest extends StoreConformance {
  @TempDir Path directory;

  @Override
  protected StoreFixture fixture() {
    return new SqliteFixture(directory);
  }
}
