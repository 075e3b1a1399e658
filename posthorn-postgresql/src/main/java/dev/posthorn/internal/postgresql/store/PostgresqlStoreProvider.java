package dev.posthorn.internal.postgresql.store;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.internal.postgresql.lease.LeaseAcquisition;
import dev.posthorn.internal.postgresql.lease.OwnedLease;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreProvider;

/**
 * Opens a store: checks the server, then the schema, takes the lease, and then opens everything
 * that needs it.
 */
public final class PostgresqlStoreProvider implements StoreProvider<PostgresqlOptions> {
  /** Creates a provider. */
  public PostgresqlStoreProvider() {}

  @Override
  public Class<PostgresqlOptions> optionsType() {
    return PostgresqlOptions.class;
  }

  @Override
  public Store open(PostgresqlOptions options, OpenWait wait) {
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
      return new DatabaseStore(sessions, lease, lease::close);
    } catch (RuntimeException | Error e) {
      sessions.close();
      lease.close();
      throw e;
    }
  }
}
