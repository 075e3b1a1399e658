package dev.posthorn.internal.postgresql.store;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreProvider;

/** Opens stores in PostgreSQL databases. */
public final class PostgresqlStoreProvider implements StoreProvider<PostgresqlOptions> {
  /** Creates a provider. */
  public PostgresqlStoreProvider() {}

  @Override
  public Class<PostgresqlOptions> optionsType() {
    return PostgresqlOptions.class;
  }

  @Override
  public Store open(PostgresqlOptions options, OpenWait wait) {
    return OpenDatabase.open(options, wait).store();
  }
}
