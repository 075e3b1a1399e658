package dev.posthorn.internal.postgresql.connection;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The writer on its own connection. */
final class WriterConnection implements Writer, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriterConnection.class);

  private static final String LAZY = "SET LOCAL synchronous_commit = off; ";

  private final KeptConnection kept;
  private final SchemaName schema;
  private final Errors errors;
  private final Fence fence;

  /** Held while writing, so that closing waits for the writer. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean closed;

  WriterConnection(KeptConnection kept, SchemaName schema, Errors errors, Fence fence) {
    this.kept = kept;
    this.schema = schema;
    this.errors = errors;
    this.fence = fence;
  }

  @Override
  public <T> T transact(Work<T> work) {
    return transact("", work);
  }

  @Override
  public <T> T transactLazily(Work<T> work) {
    return transact(LAZY, work);
  }

  private <T> T transact(String setting, Work<T> work) {
    lock.lock();
    try {
      if (closed) {
        throw new StoreException(Reason.CLOSED, "The store is closed; open it again", null);
      }
      try {
        return attempt(setting, work);
      } catch (FirstFailure e) {
        // Nothing was written: what fails on a connection that broke may pass on the next.
        LOG.debug("Writing again on a fresh connection", e.getCause());
        return last(setting, work);
      }
    } finally {
      lock.unlock();
    }
  }

  private <T> T last(String setting, Work<T> work) {
    try {
      return attempt(setting, work);
    } catch (FirstFailure e) {
      throw errors.of(e.cause);
    }
  }

  /** A failure after which the same work may pass on a fresh connection. */
  private static final class FirstFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private final SQLException cause;

    FirstFailure(SQLException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private <T> T attempt(String setting, Work<T> work) throws FirstFailure {
    T result;
    PreparedConnection current;
    try {
      current = kept.get();
    } catch (SQLException e) {
      throw errors.of(e); // it was a fresh one already
    }
    boolean intact = false;
    try {
      begin(current, setting);
      result = work.run(new Session(current.connection(), schema));
      intact = true;
    } catch (SQLException e) {
      if (Errors.mayPassOnFreshConnection(e)) {
        throw new FirstFailure(e);
      }
      StoreException failure = errors.of(e);
      intact = failure.reason() == Reason.REJECTED && rollback(current, failure);
      throw failure;
    } catch (RuntimeException e) {
      StoreException failure = errors.of(e);
      intact = failure.reason() != Reason.FENCED && rollback(current, failure);
      throw failure;
    } finally {
      if (!intact) {
        kept.discard();
      }
    }
    commit(current);
    return result;
  }

  private void begin(PreparedConnection current, String setting) throws SQLException {
    current.begin();
    try (PreparedStatement statement =
        current.connection().prepareStatement(setting + fence.sql())) {
      boolean rows = statement.execute();
      while (!rows && statement.getUpdateCount() >= 0) { // the result of the setting
        rows = statement.getMoreResults();
      }
      if (!rows || !statement.getResultSet().next()) {
        throw fence.lost();
      }
    }
  }

  private void commit(PreparedConnection current) {
    boolean intact = false;
    try {
      current.connection().commit();
      intact = true;
    } catch (SQLException e) {
      throw errors.ofCommit(e);
    } finally {
      if (!intact) {
        kept.discard();
      }
    }
  }

  private static boolean rollback(PreparedConnection current, StoreException failure) {
    try {
      current.connection().rollback();
      return true;
    } catch (SQLException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      kept.close();
    } finally {
      lock.unlock();
    }
  }
}
