package dev.posthorn.store.sqlite.internal;

import dev.posthorn.scheduler.FairGate;
import dev.posthorn.scheduler.Owner;
import dev.posthorn.store.StoreException;
import dev.posthorn.store.StoreException.Reason;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that read, for one purpose. Each read is one transaction and sees one state of the
 * store; it may take a second, since what it looks at cannot be checkpointed.
 */
final class ReaderPool implements Readers, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReaderPool.class);
  private static final long WAY_NANOS = 250_000_000;

  private final Connections connections;
  private final Errors errors;
  private final int size;
  private final FairGate gate;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Reader> idle = new ArrayDeque<>();
  private final List<Reader> all = new ArrayList<>();
  private volatile boolean closed;
  private volatile boolean makesWay;

  ReaderPool(Connections connections, Errors errors, int size) {
    this.connections = connections;
    this.errors = errors;
    this.size = size;
    this.gate = new FairGate(size);
  }

  /** Returns where the reads of an owner run, which wait for its turn. */
  Readers of(Owner owner) {
    return new Readers() {
      @Override
      public <T> @Nullable T find(Find<T> find) {
        return ReaderPool.this.find(owner, find);
      }
    };
  }

  @Override
  public <T> @Nullable T find(Find<T> find) {
    return find(Owner.NOBODY, find);
  }

  /** Reads what may not be there; waits for a free connection. */
  private <T> @Nullable T find(Owner owner, Find<T> find) {
    gate.enter(owner);
    try {
      if (makesWay) {
        LockSupport.parkNanos(WAY_NANOS);
      }
      Reader reader = take();
      boolean ended = false;
      try {
        T found = reader.run(find);
        ended = true;
        return found;
      } finally {
        if (ended) {
          give(reader);
        } else {
          drop(reader);
        }
      }
    } catch (SQLException e) {
      throw errors.of(e);
    } finally {
      gate.leave();
    }
  }

  private Reader take() throws SQLException {
    lock.lock();
    try {
      if (closed) {
        throw new StoreException(Reason.CLOSED, "The store is closed; open it again", null);
      }
      Reader reader = idle.pollFirst();
      if (reader == null) {
        reader = new Reader(connections.reader());
        all.add(reader);
      }
      return reader;
    } finally {
      lock.unlock();
    }
  }

  private void give(Reader reader) {
    lock.lock();
    try {
      idle.addFirst(reader);
    } finally {
      lock.unlock();
    }
  }

  /** Nobody knows what state it is in; it may even hold back checkpoints. The next one is new. */
  private void drop(Reader reader) {
    lock.lock();
    try {
      all.remove(reader);
    } finally {
      lock.unlock();
    }
    try {
      reader.close();
    } catch (SQLException e) {
      LOG.debug("Failed to close a broken connection that reads", e);
    }
  }

  /**
   * Sets whether each read waits a little before it begins: the write-ahead log can start over only
   * while nobody reads it, and reads that follow each other never let it.
   */
  void makeWay(boolean wanted) {
    makesWay = wanted;
  }

  /** Ends the reads that take too long; the write-ahead log waits for them. */
  void interruptLate() {
    lock.lock();
    try {
      all.forEach(Reader::interruptIfLate);
    } finally {
      lock.unlock();
    }
  }

  /** Refuses new reads, waits for those that run, and closes the connections. */
  @Override
  public void close() {
    closed = true;
    for (int i = 0; i < size; i++) { // who waits still has its turn, and is refused
      gate.enter(Owner.NOBODY);
    }
    try {
      for (Reader reader : all) {
        reader.close();
      }
    } catch (SQLException e) {
      throw errors.of(e);
    } finally {
      for (int i = 0; i < size; i++) {
        gate.leave();
      }
    }
  }
}
