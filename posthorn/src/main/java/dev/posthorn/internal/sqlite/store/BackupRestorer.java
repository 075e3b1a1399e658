package dev.posthorn.internal.sqlite.store;

import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.internal.file.OwnerOnly;
import dev.posthorn.internal.file.Syncing;
import dev.posthorn.internal.file.UnpackFolders;
import dev.posthorn.internal.sqlite.file.Connections;
import dev.posthorn.internal.sqlite.file.Errors;
import dev.posthorn.internal.sqlite.file.NativeLibrary;
import dev.posthorn.internal.sqlite.file.Schema;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;

/** Creates a store's file from an untrusted copy of a store. */
public final class BackupRestorer {
  private static final int PROBLEMS = 3;

  /** Suffixes of files that belong to a database file. */
  private static final String[] LOGS = {"-wal", "-shm", "-journal"};

  /** Number of SQLite's steps between two polls. */
  private static final int STEPS = 100;

  private final Path backup;
  private final Path target;
  private final BooleanSupplier goesOn;

  private BackupRestorer(Path backup, Path target, BooleanSupplier goesOn) {
    this.backup = backup;
    this.target = target;
    this.goesOn = goesOn;
  }

  /** Restores a backup; see {@link dev.posthorn.store.sqlite.SqliteStore#restore}. */
  public static void restore(Path backup, Path target, BooleanSupplier goesOn) {
    NativeLibrary.load(UnpackFolders.of(target, null));
    new BackupRestorer(backup, target, goesOn).run();
  }

  private void run() {
    try {
      new Schema(backup).checkHeader();
      if (Files.size(backup) == 0) { // SQLite would open it as a new store
        throw new StoreException(Reason.CORRUPT, backup + " is empty; name a backup", null);
      }
      requireNoLogOfItsOwn();
      requireNoLog();
      OwnerOnly.create(target);
      boolean whole = false;
      try {
        copy();
        check();
        whole = true;
      } finally {
        if (!whole) {
          Files.deleteIfExists(target);
          for (String end : LOGS) {
            Files.deleteIfExists(target.resolveSibling(target.getFileName() + end));
          }
        }
      }
    } catch (IOException e) {
      throw new StoreException(
          Reason.IO, "Cannot copy " + backup + " to " + target + ": " + FileFailure.why(e), e);
    }
  }

  /** Rejects a file that was copied while a server used it, which lacks the content of its log. */
  private void requireNoLogOfItsOwn() throws IOException {
    Path log = backup.resolveSibling(backup.getFileName() + "-wal");
    if (Files.exists(log) && Files.size(log) > 0) {
      throw new StoreException(
          Reason.IO,
          log
              + " holds what is not in "
              + backup
              + " yet; make a backup of that database and restore it",
          null);
    }
  }

  /**
   * Rejects a target next to which another database left a log: SQLite would treat it as part of
   * the new file.
   */
  private void requireNoLog() {
    for (String end : LOGS) {
      Path left = target.resolveSibling(target.getFileName() + end);
      if (Files.exists(left, LinkOption.NOFOLLOW_LINKS)) {
        throw new StoreException(
            Reason.IO, left + " exists and belongs to another database; move it away", null);
      }
    }
  }

  private void copy() throws IOException {
    try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.WRITE)) {
      Files.copy(backup, out);
    }
    Syncing.file(target);
  }

  private void check() {
    try (SQLiteConnection connection =
        new Connections(target, SqliteOptions.defaults()).checker()) {
      Schema schema = new Schema(backup);
      schema.check(connection);
      schema.requireVersion(connection);
      requireWhole(connection);
    } catch (SQLException e) {
      throw new Errors(backup).of(e);
    }
  }

  private void requireWhole(SQLiteConnection connection) throws SQLException {
    boolean[] ended = new boolean[1];
    ProgressHandler.setHandler(
        connection,
        STEPS,
        new ProgressHandler() {
          @Override
          protected int progress() {
            ended[0] = !goesOn.getAsBoolean();
            return ended[0] ? 1 : 0;
          }
        });
    try {
      List<String> problems = problems(connection);
      if (!problems.isEmpty()) {
        throw new StoreException(
            Reason.CORRUPT,
            backup + " is damaged: " + String.join("; ", problems) + "; use another backup",
            null);
      }
    } catch (SQLException e) {
      if (ended[0]) {
        throw new StoreException(
            Reason.IO, "The check of " + backup + " was stopped before it was complete", e);
      }
      throw e;
    } finally {
      ProgressHandler.clearHandler(connection);
    }
  }

  private static List<String> problems(SQLiteConnection connection) throws SQLException {
    List<String> problems = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA quick_check(" + PROBLEMS + ")")) {
      while (row.next()) {
        if (!row.getString(1).equals("ok")) {
          problems.add(row.getString(1).strip().replaceAll("\\s+", " "));
        }
      }
    }
    return problems;
  }
}
