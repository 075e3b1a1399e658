package dev.posthorn.internal.postgresql.connection;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The reads of the writer, on a connection of their own: they wait for nobody. */
final class KeptReader implements Readers, AutoCloseable {
  private final KeptConnection kept;
  private final SchemaName schema;
  private final Errors errors;
  private final SilenceWatch silence;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  private final Readers single =
      new Readers() {
        @Override
        public <T> @Nullable T find(Find<T> find) {
          return KeptReader.this.find(find, true);
        }
      };

  KeptReader(KeptConnection kept, SchemaName schema, Errors errors, SilenceWatch silence) {
    this.kept = kept;
    this.schema = schema;
    this.errors = errors;
    this.silence = silence;
  }

  @Override
  public <T> @Nullable T find(Find<T> find) {
    return find(find, false);
  }

  @Override
  public Readers ofOneStatement() {
    return single;
  }

  private <T> @Nullable T find(Find<T> find, boolean one) {
    lock.lock();
    try {
      if (closed) {
        throw new StoreException(Reason.CLOSED, "The store is closed; open it again", null);
      }
      try {
        return attempt(find, one);
      } catch (SQLException e) {
        if (Errors.mayPassOnFreshConnection(e)) {
          return attempt(find, one);
        }
        throw e;
      }
    } catch (SQLException e) {
      throw errors.of(e);
    } finally {
      lock.unlock();
    }
  }

  private <T> @Nullable T attempt(Find<T> find, boolean one) throws SQLException {
    PreparedConnection current = kept.get();
    SilenceWatch.Watched watched = silence.begin(current.process(), current::abort);
    boolean intact = false;
    try {
      Session session = new Session(current.connection(), schema);
      T found = ReadTransaction.run(session, current.prelude(), find, one);
      intact = true;
      return found;
    } finally {
      if (!silence.end(watched) || !intact) {
        kept.discard();
      }
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
