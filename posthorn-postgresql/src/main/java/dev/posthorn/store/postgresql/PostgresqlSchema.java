package dev.posthorn.store.postgresql;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.schema.Schema;

/**
 * The schema of a store: for teams that change theirs by hand or with a tool of their own, and
 * whose programs run as a user who may not.
 */
public final class PostgresqlSchema {
  private PostgresqlSchema() {}

  /**
   * Returns the statements that create a schema, or take it to this version from an earlier one.
   *
   * @param options the options with the name of the schema and {@code partitionedHistory}
   * @param from the version that it has, or 0 to create it
   */
  public static String text(PostgresqlOptions options, int from) {
    return Schema.text(options, from);
  }

  /**
   * Creates the schema, or runs the scripts that it lacks. May be called while programs use it.
   *
   * @return the number of scripts that were run
   * @throws dev.posthorn.spi.store.StoreException if the database cannot be used, the schema is one
   *     of a newer version, or this user may not change it
   */
  public static int migrate(PostgresqlOptions options) {
    Database database = Database.of(options);
    database.check();
    return new Schema(database).migrate();
  }

  /**
   * Checks that the schema is complete and fits this version, and that this user has the privileges
   * that a running program needs. Changes nothing.
   *
   * @throws dev.posthorn.spi.store.StoreException if that is not so; the message names the remedy
   */
  public static void check(PostgresqlOptions options) {
    Database database = Database.of(options);
    database.check();
    new Schema(database).check();
  }

  /** Returns the version of the schema that this release needs. */
  public static int version() {
    return Schema.newest();
  }
}
