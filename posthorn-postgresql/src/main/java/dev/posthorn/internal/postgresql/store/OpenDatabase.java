package dev.posthorn.internal.postgresql.store;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.internal.postgresql.lease.LeaseAcquisition;
import dev.posthorn.internal.postgresql.lease.OwnedLease;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.spi.store.OpenWait;

/**
 * A store that is open, and its connections. Closing the store closes them, too.
 *
 * @param store the store
 * @param sessions its connections
 */
public record OpenDatabase(DatabaseStore store, Sessions sessions) {

  /**
   * Opens a store: checks the server, then the schema, takes the lease, and then opens everything
   * that needs it.
   *
   * @param wait decides how long to wait for another process that owns the schema
   */
  public static OpenDatabase open(PostgresqlOptions options, OpenWait wait) {
    Database database = Database.of(options);
    database.check();
    Schema schema = new Schema(database);
    switch (options.schemaMode()) {
      case CREATE -> {
        var unused = schema.migrate();
      }
      case CHECK -> schema.check();
      case NONE -> {}
    }
    OwnedLease lease = LeaseAcquisition.acquire(database, wait);
    Sessions sessions = database.sessions(lease);
    try {
      return new OpenDatabase(new DatabaseStore(sessions, lease, lease::close), sessions);
    } catch (RuntimeException | Error e) {
      sessions.close();
      lease.close();
      throw e;
    }
  }
}
