package dev.posthorn.internal.sqlite.store;

import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.internal.file.OwnerOnly;
import dev.posthorn.internal.file.UnpackFolders;
import dev.posthorn.internal.sqlite.file.Connections;
import dev.posthorn.internal.sqlite.file.Errors;
import dev.posthorn.internal.sqlite.file.NativeLibrary;
import dev.posthorn.internal.sqlite.file.Place;
import dev.posthorn.internal.sqlite.file.ReaderPools;
import dev.posthorn.internal.sqlite.file.Schema;
import dev.posthorn.internal.sqlite.file.StoreLock;
import dev.posthorn.internal.sqlite.log.Checkpointer;
import dev.posthorn.internal.sqlite.log.Wal;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/** Opens a store: the lock first, then the schema, then everything that uses it. */
public final class SqliteStoreOpener {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteStoreOpener.class);

  private SqliteStoreOpener() {}

  /** Opens the store in a file; see {@link dev.posthorn.store.sqlite.SqliteStore}. */
  public static Store open(Path file, SqliteOptions options) {
    NativeLibrary.load(UnpackFolders.of(file, null));
    Path path = real(file);
    Place.require(path);
    Place.warnIfShared(path);
    StoreLock lock = StoreLock.take(path, options.lockTimeout());
    try {
      return open(path, options, lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Resolves links, so that one file has one name and one lock. */
  private static Path real(Path file) {
    try {
      Path absolute = file.toAbsolutePath();
      if (Files.exists(absolute)) {
        return absolute.toRealPath();
      }
      Path directory = absolute.getParent();
      return directory == null ? absolute : directory.toRealPath().resolve(file.getFileName());
    } catch (IOException e) {
      throw new StoreException(
          Reason.IO, "Cannot find the directory of " + file + "; create it first", e);
    }
  }

  /**
   * Warns if others can read the file: databases created before files were private keep their
   * permissions.
   */
  private static void warnIfOthersRead(Path file) throws IOException {
    String mode = OwnerOnly.modeForOthers(file);
    if (mode != null) {
      LOG.warn(
          "Others than its owner can read or change {} ({}); run: chmod 600 {}", file, mode, file);
    }
  }

  private static boolean isFilled(Path file) throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  private static Store open(Path file, SqliteOptions options, StoreLock lock) {
    Errors errors = new Errors(file);
    Connections connections = new Connections(file, options);
    Schema schema = new Schema(file);
    try {
      OwnerOnly.createIfMissing(file);
      warnIfOthersRead(file);
      schema.checkHeader();
      // The log of a process that died may contain permanently removed data.
      boolean leftLog = isFilled(file.resolveSibling(file.getFileName() + "-wal"));
      SQLiteConnection writer = connections.writer(schema::check);
      try {
        schema.upgrade(writer);
        WriterSession session = new WriterSession(writer, errors);
        ReaderPools readers = ReaderPools.of(connections, errors, options.readers());
        int pageBytes = Schema.number(writer, "PRAGMA page_size");
        Checkpointer checkpointer = checkpointer(connections);
        Wal wal = new Wal(checkpointer, readers, pageBytes);
        if (leftLog) {
          wal.erase();
        }
        return new SqliteFileStore(
            new SqliteFileStore.Parts(file, connections, errors),
            session,
            readers,
            wal,
            () -> {
              checkpointer.close();
              lock.close();
            });
      } catch (SQLException | IOException | RuntimeException e) {
        writer.close();
        throw e;
      }
    } catch (SQLException e) {
      throw errors.of(e);
    } catch (IOException e) {
      throw new StoreException(Reason.IO, "Cannot read " + file + ": " + FileFailure.why(e), e);
    }
  }

  private static Checkpointer checkpointer(Connections connections)
      throws SQLException, IOException {
    SQLiteConnection connection = connections.checkpointer();
    try {
      return Checkpointer.start(connection, connections.file());
    } catch (IOException | RuntimeException | Error e) {
      connection.close();
      throw e;
    }
  }
}
