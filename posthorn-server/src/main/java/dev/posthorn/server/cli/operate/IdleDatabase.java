package dev.posthorn.server.cli.operate;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.runtime.StorePlace;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import java.time.Duration;

/** Access to the PostgreSQL database of a server that is not running. */
final class IdleDatabase {
  private IdleDatabase() {}

  /**
   * Requires that no server has started on a database that this process has open. One that starts
   * later finds what was written before this call.
   *
   * @param remedy the remedy if a server has
   * @throws StoreException with LOCKED if a server has
   */
  static void requireAlone(PostgresqlOptions options, String remedy) {
    if (PostgresqlNodes.read(options).nodes().size() > 1) {
      throw new StoreException(
          StoreException.Reason.LOCKED,
          "a server has started on the schema " + options.schema() + " meanwhile; " + remedy,
          null);
    }
  }

  /**
   * Opens a database alone, without waiting for servers that have it open.
   *
   * @param instead the remedy if a server has it open
   * @throws StoreException if it cannot be opened; the message names the reason and the remedy
   */
  static Store open(PostgresqlOptions options, String instead) {
    try {
      return new StorePlace.Database(options.toBuilder().singleOwner(true).build())
          .open(OpenWait.upTo(Duration.ZERO));
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.LOCKED) {
        throw new StoreException(
            e.reason(),
            "the schema "
                + options.schema()
                + " is open in a running server, or in one that ended without a stop less than "
                + options.leaseDuration().toSeconds()
                + " s ago; "
                + instead,
            e);
      }
      throw e;
    }
  }
}
