package dev.posthorn.testkit.store.sqlite;

import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Store;
import dev.posthorn.store.sqlite.SqliteStore;
import dev.posthorn.testkit.store.StoreFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

  /**
   * Copies what is on the disk while the store is open. A reader keeps the store from emptying the
   * log between the two copies: what the log contained would be in neither.
   */
  @Override
  public Store openAfterKill(Store running) {
    Path from = file();
    kills++;
    try (Connection reader = DriverManager.getConnection("jdbc:sqlite:" + from)) {
      reader.setAutoCommit(false);
      try (Statement statement = reader.createStatement();
          ResultSet any = statement.executeQuery("SELECT count(*) FROM progress")) {
        any.next();
        Files.copy(from, file());
        Files.copy(Path.of(from + "-wal"), Path.of(file() + "-wal"));
      }
    } catch (IOException | SQLException e) {
      throw new AssertionError("The files of " + from + " cannot be copied", e);
    }
    running.close();
    return open();
  }

  @Override
  public void close() {
    // JUnit removes the directory.
  }
}
