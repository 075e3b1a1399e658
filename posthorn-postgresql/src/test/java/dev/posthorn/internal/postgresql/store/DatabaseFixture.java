package dev.posthorn.internal.postgresql.store;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.lease.NodeLease;
import dev.posthorn.internal.postgresql.schema.GrownSchema;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.store.StoreFixture;
import javax.sql.DataSource;

/** A schema of its own; a kill ends all connections of the process. */
final class DatabaseFixture implements StoreFixture {
  /**
   * Leaves the schema as its scripts made it, if there is one: several times faster than to create
   * it again.
   */
  private static final String EMPTY =
      """
      DO $$
      DECLARE
        found record;
        emptied text;
      BEGIN
        IF to_regclass('posthorn.assignment') IS NULL THEN
          RETURN;
        END IF;
        FOR found IN
          SELECT inhrelid::regclass AS name FROM pg_inherits
          JOIN pg_class ON oid = inhrelid
          WHERE relnamespace = 'posthorn'::regnamespace AND relkind = 'r'
            AND relname NOT LIKE '%\\_default'
        LOOP
          EXECUTE 'DROP TABLE ' || found.name;
        END LOOP;
        SELECT string_agg(oid::regclass::text, ', ') INTO emptied FROM pg_class
        WHERE relnamespace = 'posthorn'::regnamespace AND relkind IN ('r', 'p')
          AND NOT relispartition
          AND relname NOT IN ('schema_version', 'assignment', 'hour_progress', 'settings_head');
        EXECUTE 'TRUNCATE ' || emptied;
        UPDATE posthorn.assignment SET node = NULL WHERE node IS NOT NULL;
        UPDATE posthorn.settings_head SET version = 0 WHERE version <> 0;
        UPDATE posthorn.hour_progress SET counted_to = -1 WHERE counted_to <> -1;
      END $$""";

  private final TestDatabase database;
  private final PostgresqlOptions options;

  private DatabaseFixture(TestDatabase database, PostgresqlOptions options) {
    this.database = database;
    this.options = options;
    database.execute(EMPTY);
  }

  /** Returns a fixture with the history in two tables. */
  static DatabaseFixture plain(TestDatabase database, DataSource source) {
    return new DatabaseFixture(
        database, PostgresqlOptions.builder(source).partitionedHistory(false).build());
  }

  /** Returns a fixture with the history in tables by time. */
  static DatabaseFixture partitioned(TestDatabase database) {
    return new DatabaseFixture(
        database, PostgresqlOptions.builder(database.url()).partitionedHistory(true).build());
  }

  /** Returns a fixture with the history in tables by time, in a schema of a later release. */
  static DatabaseFixture grown(TestDatabase database) {
    DatabaseFixture fixture = partitioned(database);
    GrownSchema.migrate(Database.of(fixture.options));
    return fixture;
  }

  /** Opens a schema that exists, as a user. */
  static Store openAs(TestDatabase database, String user) {
    return openAs(database, user, Lease.UNLIMITED);
  }

  /** Opens a schema that exists, as a user, beside others. */
  static Store openAs(TestDatabase database, String user, Lease lease) {
    Database opened = Database.of(PostgresqlOptions.of(database.url(user)));
    Owner owner = new Owner(lease);
    return new DatabaseStore(opened.sessions(owner), owner);
  }

  @Override
  public Store open() {
    Database opened = Database.of(options);
    new Schema(opened).migrate();
    Owner owner = new Owner();
    return new DatabaseStore(opened.sessions(owner), owner);
  }

  @Override
  public Store openAfterKill(Store running) {
    database.terminateBackends();
    running.close();
    return open();
  }

  /** Several times what upkeep counts at once; all indexes are there with the rows. */
  @Override
  public int longHistory() {
    return 20_000;
  }

  @Override
  public void close() {
    // The extension drops the database.
  }

  /** The right to write, which nobody takes away. */
  static final class Owner implements NodeLease {
    private final Lease lease;

    Owner() {
      this(Lease.UNLIMITED);
    }

    Owner(Lease lease) {
      this.lease = lease;
    }

    @Override
    public boolean isHeld() {
      return lease.isHeld();
    }

    @Override
    public Slot slot() {
      return lease.slot();
    }

    @Override
    public void close() {
      // Nothing is kept.
    }

    @Override
    public String sql() {
      return "SELECT 1";
    }

    @Override
    public StoreException lost() {
      return new StoreException(StoreException.Reason.FENCED, "lost", null);
    }
  }
}
