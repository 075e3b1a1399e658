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
  private final SilenceWatch silence;

  /** Held while writing, so that closing waits for the writer. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean closed;

  WriterConnection(
      KeptConnection kept, SchemaName schema, Errors errors, Fence fence, SilenceWatch silence) {
    this.kept = kept;
    this.schema = schema;
    this.errors = errors;
    this.fence = fence;
    this.silence = silence;
  }

  @Override
  public <T> T transact(Work<T> work) {
    return run(
        current -> {
          begin(current, "");
          return work.run(new Session(current.connection(), schema));
        });
  }

  @Override
  public <T> T transact(Condition condition, Work<T> work) {
    return run(
        current -> {
          begin(current, condition, Statements.NONE);
          return work.run(new Session(current.connection(), schema));
        });
  }

  @Override
  public void transact(Condition condition, Statements statements) {
    var unused =
        run(
            current -> {
              begin(current, condition, statements);
              return true;
            });
  }

  @Override
  public <T> T transactLazily(Work<T> work) {
    return run(
        current -> {
          begin(current, LAZY);
          return work.run(new Session(current.connection(), schema));
        });
  }

  /** A transaction up to its commit. */
  private interface Transaction<T> {
    T run(PreparedConnection current) throws SQLException;
  }

  private <T> T run(Transaction<T> transaction) {
    lock.lock();
    try {
      if (closed) {
        throw new StoreException(Reason.CLOSED, "The store is closed; open it again", null);
      }
      try {
        return attempt(transaction);
      } catch (FirstFailure e) {
        // Nothing was written: what fails on a connection that broke may pass on the next.
        LOG.debug("Writing again on a fresh connection", e.getCause());
        return last(transaction);
      }
    } finally {
      lock.unlock();
    }
  }

  private <T> T last(Transaction<T> transaction) {
    try {
      return attempt(transaction);
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

  private <T> T attempt(Transaction<T> transaction) throws FirstFailure {
    PreparedConnection current;
    try {
      current = kept.get();
    } catch (SQLException e) {
      throw errors.of(e); // it was a fresh one already
    }
    SilenceWatch.Watched watched = silence.begin(current.process(), current::abort);
    try {
      T result = uncommitted(current, transaction);
      commit(current);
      return result;
    } finally {
      if (!silence.end(watched)) {
        kept.discard();
      }
    }
  }

  private <T> T uncommitted(PreparedConnection current, Transaction<T> transaction)
      throws FirstFailure {
    boolean intact = false;
    try {
      T result = transaction.run(current);
      intact = true;
      return result;
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
  }

  private void begin(PreparedConnection current, String setting) throws SQLException {
    current.begin();
    try (PreparedStatement statement =
        current.connection().prepareStatement(setting + fence.sql())) {
      requireFence(statement);
    }
  }

  /**
   * Sends the statements without waiting for fence and condition: if they do not hold, nothing is
   * committed.
   */
  private void begin(PreparedConnection current, Condition condition, Statements statements)
      throws SQLException {
    current.begin();
    String sql =
        String.join(";\n", fence.sql(), schema.sql(condition.sql()), schema.sql(statements.sql()));
    try (PreparedStatement statement = current.connection().prepareStatement(sql)) {
      statements.bind(statement);
      requireFence(statement);
      if (!statement.getMoreResults() || !statement.getResultSet().next()) {
        throw new IllegalStateException("no row: " + condition.sql());
      }
      condition.check(statement.getResultSet());
    }
  }

  private void requireFence(PreparedStatement statement) throws SQLException {
    boolean rows = statement.execute();
    while (!rows && statement.getUpdateCount() >= 0) { // the result of a setting before it
      rows = statement.getMoreResults();
    }
    if (!rows || !statement.getResultSet().next()) {
      throw fence.lost();
    }
  }

  private void commit(PreparedConnection current) {
    boolean intact = false;
    try {
      current.connection().commit();
      intact = true;
    } catch (SQLException e) {
      throw errors.ofCommit(e, isOpen(current));
    } finally {
      if (!intact) {
        kept.discard();
      }
    }
  }

  private static boolean isOpen(PreparedConnection current) {
    try {
      return !current.connection().isClosed();
    } catch (SQLException e) {
      return false;
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
