package dev.posthorn.internal.postgresql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rules of the scripts: they never change, and those of which a line says so only add. */
@ExtendWith(PostgresqlExtension.class)
class ScriptsTest {
  private static final String COLUMNS =
      """
      SELECT format('%s.%s %s', relname, attname, format_type(atttypid, atttypmod))
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE relnamespace = 'posthorn'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0
        AND NOT attisdropped\
      """;

  /** Demands that an insert or update of a program that does not know of them would violate. */
  private static final String DEMANDS =
      """
      SELECT relname || ' ' || demand FROM pg_class JOIN (
        SELECT attrelid AS relation, attname || ' NOT NULL' AS demand FROM pg_attribute
        WHERE attnotnull AND NOT atthasdef AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT conrelid, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'n'
        UNION ALL
        SELECT indrelid, pg_get_indexdef(indexrelid) FROM pg_index WHERE indisunique
      ) AS demands ON relation = pg_class.oid
      WHERE relnamespace = 'posthorn'::regnamespace AND relkind IN ('r', 'p')\
      """;

  /**
   * A schema keeps the hash of the scripts that created it, comments included, and is refused if
   * they differ. So a script never changes once it is here: later changes go into a new script,
   * which gets a line here as soon as others may have run it.
   */
  @Test
  void scriptsNeverChange() {
    assertThat(Script.all().stream().map(script -> script.hash() + " " + script.name()))
        .startsWith(
            "ea61c0bec54fe2185c160a588a392f016c9ce89b31139acb58350a1980bf843d V001.sql",
            "5b183c966caf08d36d055458a5912a2ad1e49b448702747273c86f54bc8f3873 V002.sql",
            "e5584dbd99e189357109570f079197f7d3d7f503b12cb757b5668af0398882f2 V003.sql",
            "af287fd1cce0effd876ea963135e5be3b30315f79d2972f2e3e70cb523695552 V004.sql",
            "8c1f82449313d581db96413f28254f7d4074091cffb3d7f4a233d9e55e5f8dbf V005.sql",
            "be5ef2c2cbb3c3750617456c06c4a09404bbf14a898c786d0809231668684673 V006.sql",
            "59691fd3368ad2bd997e9b8ba7a716200ba2eb5d452c9bb44825bffa7bce27eb V007.sql",
            "41070c18667003affc967c527671c3362a97e2e5d4300b6e02aebeb3ae20b8a5 V008.sql");
  }

  @Test
  void whatNamesAnOlderProgramOnlyAdds(EmbeddedPostgresql server) {
    assertThat(harm(server, Script.all())).isEmpty();
  }

  @Test
  void whatWouldStopAnOlderProgramIsFound(EmbeddedPostgresql server) {
    for (String change :
        List.of(
            "DROP TABLE posthorn.node",
            "ALTER TABLE posthorn.node DROP COLUMN url",
            "ALTER TABLE posthorn.node ALTER COLUMN slot TYPE bigint",
            "ALTER TABLE posthorn.node ALTER COLUMN url SET NOT NULL",
            "ALTER TABLE posthorn.node ADD COLUMN needed text NOT NULL",
            "CREATE UNIQUE INDEX ON posthorn.node (host)",
            "ALTER TABLE posthorn.node ADD CHECK (slot < 10)")) {
      assertThat(harm(server, grown(change))).as(change).isNotEmpty();
    }
    assertThat(harm(server, grown("ALTER TABLE posthorn.node ADD COLUMN later text"))).isEmpty();
  }

  private static List<Script> grown(String change) {
    return List.of(
        Script.all().getFirst(), Script.of(2, "-- Oldest program: 1\n" + change + ";\n"));
  }

  /** Returns what the scripts do that the programs they name cannot bear. */
  private static Set<String> harm(EmbeddedPostgresql server, List<Script> scripts) {
    Set<String> found = new TreeSet<>();
    for (Script script : scripts) {
      if (script.oldest() < script.version()) {
        found.addAll(harm(server, scripts.subList(0, script.version()), script.oldest()));
      }
    }
    return found;
  }

  private static Set<String> harm(EmbeddedPostgresql server, List<Script> scripts, int oldest) {
    try (TestDatabase database = server.createDatabase()) {
      migrate(database, scripts.subList(0, oldest));
      List<String> columns = database.query(COLUMNS);
      List<String> demands = database.query(DEMANDS);
      Set<String> tables = new TreeSet<>();
      columns.forEach(column -> tables.add(column.substring(0, column.indexOf('.')) + " "));
      migrate(database, scripts);
      Set<String> harm = new TreeSet<>(columns);
      database.query(COLUMNS).forEach(harm::remove);
      List<String> added = new ArrayList<>(database.query(DEMANDS));
      added.removeAll(demands);
      added.removeIf(demand -> tables.stream().noneMatch(demand::startsWith));
      harm.addAll(added);
      return harm;
    }
  }

  private static void migrate(TestDatabase database, List<Script> scripts) {
    var unused = new Schema(Database.of(PostgresqlOptions.of(database.url())), scripts).migrate();
  }
}
