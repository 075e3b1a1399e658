package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Posthorn;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Opening takes a bounded number of statements, however many partitions have rows. */
@ExtendWith(PostgresqlExtension.class)
class OpeningTest {
  private static final int MANY = 2_000;

  @Test
  void allPartitionsAreReadTogether(TestDatabase database) {
    FilledDatabase filled = new FilledDatabase(database);
    filled.open().close();
    filled.fill(MANY, MANY);
    long before = filled.statements();
    try (Posthorn posthorn = filled.open()) {
      assertThat(filled.statements() - before).isLessThan(DatabaseReads.PARTITIONS / 2);
      assertThat(posthorn.applications()).hasSizeGreaterThanOrEqualTo(MANY);
    }
  }
}
