package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.store.StoreConformance;
import dev.posthorn.testkit.store.StoreFixture;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** The rules of stores, kept on PostgreSQL; the history is in two tables. */
@ExtendWith(PostgresqlExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class DatabaseConformanceTest extends StoreConformance {
  private final TestDatabase database;
  private final RecordedStatements recorded;

  DatabaseConformanceTest(TestDatabase database) {
    this.database = database;
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(database.url());
    recorded = new RecordedStatements(source);
  }

  @Override
  protected StoreFixture fixture() {
    return DatabaseFixture.plain(database, recorded);
  }

  /** The rules run every kind of statement. */
  @AfterAll
  void eachStatementNamesThePartition() {
    Set<String> tables =
        new TreeSet<>(
            database.query(
                "SELECT table_name FROM information_schema.columns"
                    + " WHERE table_schema = 'posthorn' AND column_name = 'partition'"
                    + " AND table_name <> 'assignment'"));
    assertThat(tables).hasSizeGreaterThan(10);
    assertThat(recorded.statements()).hasSizeGreaterThan(50);
    assertThat(PartitionInStatements.problems(recorded.statements(), tables)).isEmpty();
  }
}
