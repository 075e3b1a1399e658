package dev.posthorn.internal.postgresql.connection;

import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Executor of reads. Each read is one transaction, which sees one state of the store and cannot
 * write. Errors of the database become {@link dev.posthorn.spi.store.StoreException}.
 */
public interface Readers {

  /** A read of one state of the store. */
  interface Read<T> {
    T run(Session session) throws SQLException;
  }

  /** A read of one state of the store that may find nothing. */
  interface Find<T> {
    @Nullable T run(Session session) throws SQLException;
  }

  /** Runs a read that may find nothing. */
  <T> @Nullable T find(Find<T> find);

  /**
   * Returns the same for reads that are one statement each. Such a read sees one state by itself;
   * without a transaction around it, it takes one round trip instead of two.
   */
  default Readers ofOneStatement() {
    return this;
  }

  /** Runs a read. */
  default <T> T read(Read<T> read) {
    return Objects.requireNonNull(find(read::run));
  }
}
