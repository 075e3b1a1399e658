package dev.posthorn.internal.postgresql.store;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.internal.postgresql.lease.LeaseAcquisition;
import dev.posthorn.internal.postgresql.lease.Membership;
import dev.posthorn.internal.postgresql.lease.NodeLease;
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
   * Opens a store: checks the server, then the schema, takes the lease or joins the processes that
   * share the schema, and then opens everything that needs it.
   *
   * @param wait decides how long to wait for another process that owns the schema, or for the
   *     database
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
    NodeLease lease =
        options.singleOwner()
            ? LeaseAcquisition.acquire(database, wait)
            : Membership.join(database, wait);
    Sessions sessions = database.sessions(lease);
    try {
      return new OpenDatabase(new DatabaseStore(sessions, lease), sessions);
    } catch (RuntimeException | Error e) {
      sessions.close();
      lease.close();
      throw e;
    }
  }
}
