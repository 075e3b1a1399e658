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
 * Connections that read, for one purpose. Each read is one transaction and sees one state of the
 * store; it may take a second, since what it looks at cannot be checkpointed.
 */
public final class ReaderPool implements Readers, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReaderPool.class);
  private static final long WAY_NANOS = 250_000_000;

  private final long wayNanos;

  private final Connections connections;
  private final Errors errors;
  private final int size;
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
   * @param wayNanos how long a read makes way at most
   */
  public ReaderPool(Connections connections, Errors errors, int size, long wayNanos) {
    this.wayNanos = wayNanos;
    this.connections = connections;
    this.errors = errors;
    this.size = size;
    this.gate = new FairGate(size);
  }

  /** Returns where the reads of an owner run, which wait for its turn. */
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

  /** Reads what may not be there; waits for a free connection. */
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

  /** Waits until nobody wants way any more; if nobody used it for so long, it is over too. */
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
   * Sets whether reads wait before they begin, a little while at most: the write-ahead log can
   * start over only while nobody reads it, and reads that follow each other never let it.
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
    makeWay(false);
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
