package dev.posthorn.internal.sqlite.store;

import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.internal.sqlite.file.Connections;
import dev.posthorn.internal.sqlite.file.Errors;
import dev.posthorn.internal.sqlite.file.ReaderPools;
import dev.posthorn.internal.sqlite.file.Readers;
import dev.posthorn.internal.sqlite.log.Wal;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.spi.store.StoreStats;
import dev.posthorn.spi.store.reads.Reads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store in one file. The {@link WriterSession} writes, and reads for the writer; all other
 * reads go to a pool for their purpose.
 */
final class SqliteFileStore extends FileReads implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteFileStore.class);

  private final Parts parts;
  private final ReaderPools readers;
  private final Reads forWriter;
  private final Wal wal;
  private final Backup backup;
  private final Runnable release;

  /** Held while writing, so that closing waits for the writer. */
  private final ReentrantLock writing = new ReentrantLock();

  private final CurrentSession session;
  private boolean broken;
  private boolean closed;

  /** The parts of a session. */
  record Parts(Path file, Connections connections, Errors errors) {}

  /**
   * Creates a store from opened resources.
   *
   * @param release releases the other resources, at the end
   */
  SqliteFileStore(
      Parts parts, WriterSession session, ReaderPools readers, Wal wal, Runnable release) {
    this(parts, new CurrentSession(session), readers, wal, release);
  }

  private SqliteFileStore(
      Parts parts, CurrentSession session, ReaderPools readers, Wal wal, Runnable release) {
    super(readers.engine(), session::get);
    this.parts = parts;
    this.session = session;
    this.readers = readers;
    this.forWriter = new FileReads(this::readForWriter, session::get);
    this.wal = wal;
    this.backup = new Backup(parts.connections, wal);
    this.release = release;
  }

  @Override
  public int partitions() {
    return PARTITION + 1;
  }

  @Override
  public void commit(Batch batch) {
    requireKnown(batch);
    write(
        session -> {
          if (wal.isFull(session.connection())) {
            throw wal.full();
          }
          session.commit(batch);
          readers.activity().committed();
          return false;
        });
  }

  private static void requireKnown(Batch batch) {
    for (PartitionBatch rows : batch.partitions()) {
      if (rows.partition() != PARTITION) {
        throw new StoreException(
            Reason.REJECTED, "partition: " + rows.partition() + " is unknown; a file has 1", null);
      }
    }
  }

  @Override
  public boolean upkeep(long keepFrom, long nowMillis) {
    return write(
        session -> !wal.isFull(session.connection()) && session.upkeep(keepFrom, nowMillis));
  }

  private interface Write {
    boolean run(WriterSession session);
  }

  /** Reads on the writer's connection, whose cached pages are still those of the last commit. */
  private <T> @Nullable T readForWriter(Readers.Find<T> find) {
    writing.lock();
    try {
      return usable().find(find);
    } catch (StoreException e) {
      broken |= breaksSession(e.reason());
      throw e;
    } catch (Throwable e) { // the state of the session is unknown
      broken = true;
      throw e;
    } finally {
      writing.unlock();
    }
  }

  @Override
  public Reads forWriter() {
    return forWriter;
  }

  @Override
  public Reads forLists(long application) {
    return new FileReads(readers.lists().of(new Owner(application, "")), session::get);
  }

  private boolean write(Write write) {
    writing.lock();
    try {
      WriterSession current = usable();
      boolean result = write.run(current);
      if (current.takeRemoval()) {
        wal.erase();
      }
      wal.tend(current.connection());
      return result;
    } catch (StoreException e) {
      broken |= breaksSession(e.reason());
      if (e.reason() == Reason.FULL) {
        wal.makeRoom(session.get().connection());
      }
      throw e;
    } catch (Throwable e) { // the state of the session is unknown
      broken = true;
      throw e;
    } finally {
      writing.unlock();
    }
  }

  private static boolean breaksSession(Reason reason) {
    return reason == Reason.IO || reason == Reason.UNKNOWN || reason == Reason.CORRUPT;
  }

  /** Returns the session, or a new one if the state of the last one is unknown. */
  private WriterSession usable() {
    if (closed) {
      throw new StoreException(Reason.CLOSED, "The store is closed; open it again", null);
    }
    if (broken) {
      try {
        session.get().close();
      } catch (StoreException e) {
        LOG.debug("Failed to close a broken session", e);
      }
      try {
        session.set(new WriterSession(parts.connections.writer(), parts.errors));
        wal.erase(); // the last one may have removed data without recording it
      } catch (SQLException e) {
        throw parts.errors.of(e);
      }
      broken = false;
    }
    return session.get();
  }

  /** Returns the current session. */
  WriterSession session() {
    return session.get();
  }

  @Override
  public long idFloor() {
    return session.get().progress().idFloor();
  }

  @Override
  public void backup(Path target) {
    backup.run(target);
  }

  @Override
  public StoreStats stats() {
    Path log = parts.file.resolveSibling(parts.file.getFileName() + "-wal");
    try {
      return new StoreStats(
          Files.size(parts.file), Files.exists(log) ? Files.size(log) : 0, wal.maxBytes());
    } catch (IOException e) {
      throw new StoreException(
          Reason.IO, "Cannot read the size of " + parts.file + ": " + FileFailure.why(e), e);
    }
  }

  @Override
  public void close() {
    backup.close();
    writing.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      try (WriterSession last = session.get();
          ReaderPools first = readers) {
        // Both are closed, even if closing the other fails.
      } finally {
        release.run();
      }
    } finally {
      writing.unlock();
    }
  }
}
