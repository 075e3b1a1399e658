package dev.posthorn.server;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.runtime.StorePlace;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.time.Duration;

/** The store of servers that share a database. */
public final class SharedPlace {
  private SharedPlace() {}

  /** Returns the place for a server with a name. */
  public static StorePlace of(TestDatabase database, String name, Duration lease) {
    return new StorePlace.Database(
        PostgresqlOptions.builder(database.url())
            .singleOwner(false)
            .nodeName(name)
            .lease(lease, Duration.ofMillis(300))
            .build());
  }
}
