package dev.posthorn.internal.postgresql.store;

import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.store.StoreConformance;
import dev.posthorn.testkit.store.StoreFixture;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The rules of stores, kept on PostgreSQL with the history in tables by time. The ids of the rules
 * are older than all of these tables, so they are in the default tables. A later release has added
 * to the schema, as its scripts may: this one goes on in it.
 */
@ExtendWith(PostgresqlExtension.class)
class PartitionedConformanceTest extends StoreConformance {
  private final TestDatabase database;

  PartitionedConformanceTest(TestDatabase database) {
    this.database = database;
  }

  @Override
  protected StoreFixture fixture() {
    return DatabaseFixture.grown(database);
  }
}
