package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.store.postgresql.PostgresqlSchema;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The schema can be divided by the partition: tables that have one are distributed by it, and each
 * of their unique indexes has it; all others are reference tables. The page about scaling has both.
 * ({@link DatabaseConformanceTest} has the statements.)
 */
@ExtendWith(PostgresqlExtension.class)
class DistributionTest {
  private static final Path PAGE = Path.of("..", "docs", "operating", "scaling.md");
  private static final Pattern NAME = Pattern.compile("`(\\w+)`");
  private static final String DISTRIBUTED =
      "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
          + " AND a.attname = 'partition' WHERE c.relnamespace = 'posthorn'::regnamespace"
          + " AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'assignment'";

  private final TestDatabase database;

  DistributionTest(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void create() {
    PostgresqlSchema.migrate(PostgresqlOptions.of(database.url()));
  }

  private Set<String> names(String sql) {
    return database.query(sql).stream()
        .map(String::valueOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> row(String kind) throws IOException {
    String row =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("| " + kind + " |"))
            .findFirst()
            .orElseThrow();
    return NAME.matcher(row.substring(row.indexOf('|', 2)))
        .results()
        .map(name -> name.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void thePageListsBothKindsOfTables() throws IOException {
    Set<String> distributed = names(DISTRIBUTED);
    assertThat(distributed).hasSizeGreaterThan(10);
    assertThat(row("distributed")).isEqualTo(distributed);
    Set<String> others =
        names(
            "SELECT relname FROM pg_class WHERE relnamespace = 'posthorn'::regnamespace"
                + " AND relkind IN ('r', 'p') AND NOT relispartition");
    others.removeAll(distributed);
    assertThat(row("reference")).isEqualTo(others);
  }

  @Test
  void eachUniqueIndexOfADistributedTableHasThePartition() {
    String unique =
        "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
            + " WHERE i.indisunique AND c.relname IN ("
            + DISTRIBUTED
            + ")";
    assertThat(names(unique)).hasSizeGreaterThan(10);
    assertThat(
            names(
                unique
                    + " AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid"
                    + " AND a.attname = 'partition' AND a.attnum = ANY (i.indkey))"))
        .isEmpty();
  }

  @Test
  void noForeignKeyCrossesTables() {
    assertThat(
            names(
                "SELECT conname FROM pg_constraint WHERE contype = 'f'"
                    + " AND connamespace = 'posthorn'::regnamespace"))
        .isEmpty();
  }
}
