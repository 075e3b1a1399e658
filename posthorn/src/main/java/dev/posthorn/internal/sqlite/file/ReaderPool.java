package dev.posthorn.internal.sqlite.file;

import dev.posthorn.internal.fair.FairGate;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pool of read connections for one purpose. Each read is one transaction and sees one state of the
 * store; it may take up to a second, because what it reads cannot be checkpointed.
 */
public final class ReaderPool implements Readers, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReaderPool.class);
  private static final long WAY_NANOS = 250_000_000;

  private final long wayNanos;

  private final Connections connections;
  private final Errors errors;
  private final int size;
  private final @Nullable Activity activity;
  private final FairGate gate;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Deque<Reader> idle = new ArrayDeque<>();
  private final List<Reader> all = new ArrayList<>();
  private volatile boolean closed;
  private volatile boolean makesWay;

  public ReaderPool(Connections connections, Errors errors, int size) {
    this(connections, errors, size, WAY_NANOS);
  }

  /**
   * Creates a pool.
   *
   * @param wayNanos the maximum time that a read yields to the log
   */
  public ReaderPool(Connections connections, Errors errors, int size, long wayNanos) {
    this(connections, errors, size, wayNanos, null);
  }

  /**
   * Creates a pool.
   *
   * @param wayNanos the maximum time that a read yields to the log
   * @param activity what long lists give way to; null if they do not
   */
  ReaderPool(
      Connections connections,
      Errors errors,
      int size,
      long wayNanos,
      @Nullable Activity activity) {
    this.wayNanos = wayNanos;
    this.activity = activity;
    this.connections = connections;
    this.errors = errors;
    this.size = size;
    this.gate = new FairGate(size);
  }

  /** Creates a pool for lists, which rest while there is other activity. */
  static ReaderPool ofLists(Connections connections, Errors errors, int size, Activity activity) {
    return new ReaderPool(connections, errors, size, WAY_NANOS, activity);
  }

  /** Returns the readers of an owner, whose reads wait for its turn. */
  public Readers of(Owner owner) {
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

  /** Runs a read that may find nothing, on the next free connection. */
  private <T> @Nullable T find(Owner owner, Find<T> find) {
    gate.enter(owner);
    try {
      if (makesWay) {
        awaitWay();
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

  /**
   * Waits until no request to yield is in force; a request that was not used in time ends here too.
   */
  private void awaitWay() {
    lock.lock();
    try {
      long left = wayNanos;
      while (makesWay && left > 0) {
        left = news.awaitNanos(left);
      }
      endWay();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void endWay() {
    makesWay = false;
    news.signalAll();
  }

  private Reader take() throws SQLException {
    lock.lock();
    try {
      if (closed) {
        throw new StoreException(Reason.CLOSED, "The store is closed; open it again", null);
      }
      Reader reader = idle.pollFirst();
      if (reader == null) {
        reader = new Reader(connections.reader(), activity == null ? null : new ScanPace(activity));
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

  /**
   * Closes a connection in an unknown state, which may even hold back checkpoints. The next read
   * opens a new one.
   */
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
      LOG.debug("Failed to close a broken read connection", e);
    }
  }

  /**
   * Sets whether reads wait briefly before they begin: the write-ahead log can restart only while
   * no read uses it, and back-to-back reads would never let it.
   */
  public void makeWay(boolean wanted) {
    if (makesWay == wanted) {
      return;
    }
    lock.lock();
    try {
      if (wanted) {
        makesWay = true;
      } else {
        endWay();
      }
    } finally {
      lock.unlock();
    }
  }

  public boolean makesWay() {
    return makesWay;
  }

  /** Interrupts the reads that take too long, because the write-ahead log waits for them. */
  void interruptLate() {
    lock.lock();
    try {
      all.forEach(Reader::interruptIfLate);
    } finally {
      lock.unlock();
    }
  }

  /** Rejects new reads, waits for running ones, and closes the connections. */
  @Override
  public void close() {
    closed = true;
    makeWay(false);
    for (int i = 0; i < size; i++) { // waiting reads still get their turn, and are rejected
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
