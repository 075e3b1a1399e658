package dev.posthorn.testkit.store.sqlite;

import dev.posthorn.store.Store;
import dev.posthorn.store.sqlite.SqliteOptions;
import dev.posthorn.store.sqlite.SqliteStore;
import dev.posthorn.testkit.store.StoreFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
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
  public Store open(InstantSource clock) {
    return SqliteStore.open(file(), SqliteOptions.defaults().withClock(clock));
  }

  @Override
  public Optional<Store> openSmall(long bytes, InstantSource clock) {
    SqliteOptions options = SqliteOptions.defaults().withClock(clock).withMaxFileBytes(bytes);
    return Optional.of(SqliteStore.open(file(), options));
  }

  /** Copies what is on the disk while the store is open. */
  @Override
  public Store openAfterKill(Store running, InstantSource clock) {
    Path from = file();
    kills++;
    try {
      Files.copy(from, file());
      Files.copy(Path.of(from + "-wal"), Path.of(file() + "-wal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    running.close();
    return open(clock);
  }

  @Override
  public void close() {
    // JUnit removes the directory.
  }
}
