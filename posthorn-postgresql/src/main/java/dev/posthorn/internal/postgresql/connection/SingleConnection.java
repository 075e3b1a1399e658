package dev.posthorn.internal.postgresql.connection;

import java.sql.SQLException;

/**
 * Transactions on a connection of their own, which is replaced after a failure. Used by one thread
 * at a time.
 */
public final class SingleConnection implements AutoCloseable {
  private final KeptConnection kept;
  private final SchemaName schema;

  SingleConnection(KeptConnection kept, SchemaName schema) {
    this.kept = kept;
    this.schema = schema;
  }

  /**
   * Runs and commits a transaction.
   *
   * @throws SQLException if it failed, or may have failed
   */
  public <T> T transact(Writer.Work<T> work) throws SQLException {
    PreparedConnection current = kept.get();
    boolean intact = false;
    try {
      current.begin();
      T result = work.run(new Session(current.connection(), schema));
      current.connection().commit();
      intact = true;
      return result;
    } finally {
      if (!intact) {
        kept.discard();
      }
    }
  }

  @Override
  public void close() {
    kept.close();
  }
}
