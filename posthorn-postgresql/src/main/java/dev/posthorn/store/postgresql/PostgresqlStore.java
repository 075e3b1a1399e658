package dev.posthorn.store.postgresql;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.store.PostgresqlStoreProvider;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.Store;

/** Opens stores in PostgreSQL databases. */
public final class PostgresqlStore {
  private PostgresqlStore() {}

  /**
   * Opens the store in a schema, which others may have open, too. With {@link
   * PostgresqlOptions#singleOwner}, waits until nobody else has, for at most {@link
   * PostgresqlOptions#openTimeout}.
   *
   * @throws dev.posthorn.spi.store.StoreException if the database cannot be used ({@code IO}), the
   *     schema is missing or damaged ({@code CORRUPT}) or one of a newer version ({@code
   *     NEWER_VERSION}), or another process still owns it ({@code LOCKED}); the message names the
   *     remedy
   */
  public static Store open(PostgresqlOptions options) {
    return new PostgresqlStoreProvider().open(options, OpenWait.upTo(options.openTimeout()));
  }
}
