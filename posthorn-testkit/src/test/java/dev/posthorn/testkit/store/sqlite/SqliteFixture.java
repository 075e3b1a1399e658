package dev.posthorn.testkit.store.sqlite;

import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Store;
import dev.posthorn.store.sqlite.SqliteStore;
import dev.posthorn.testkit.store.StoreFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A SQLite file in a directory of its own; each kill moves on to a copy. */
final class SqliteFixture implements StoreFixture {
  private final Path directory;
  private int kills;

  SqliteFixture(Path directory) {
    this.directory = directory;
  }

  private Path file() {
    return directory.resolve("store" + kills + ".db");
  }

  @Override
  public Store open() {
    return SqliteStore.open(file(), SqliteOptions.defaults());
  }

  @Override
  public Optional<Store> openSmall(long bytes) {
    SqliteOptions options = SqliteOptions.builder().maxFileSize(bytes).build();
    return Optional.of(SqliteStore.open(file(), options));
  }

  /** Copies what is on the disk while the store is open. */
  @Override
  public Store openAfterKill(Store running) {
    Path from = file();
    kills++;
    try {
      Files.copy(from, file());
      Files.copy(Path.of(from + "-wal"), Path.of(file() + "-wal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    running.close();
    return open();
  }

  @Override
  public void close() {
    // JUnit removes the directory.
  }
}
