package dev.posthorn.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The definitions of the table. Those for MySQL, Oracle and SQL Server run in the compatibility
 * modes of H2, as far as these go: no such database runs in tests.
 */
class InboxScriptsTest {
  @ParameterizedTest
  @CsvSource({
    "postgresql, PostgreSQL",
    "mysql, MySQL",
    "mariadb, MariaDB",
    "oracle, Oracle",
    "sqlserver, MSSQLServer",
    "h2, Regular"
  })
  void aScriptRunsInTheModeOfItsDatabase(String script, String mode) throws SQLException {
    String url = "jdbc:h2:mem:" + script + ";MODE=" + mode;
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String each : InboxDatabase.statements(script)) {
        statement.execute(adapted(each));
      }
      for (String each : new InboxSql("posthorn_inbox", Dialect.H2).probes()) {
        statement.execute(each);
      }
      statement.execute(
          "INSERT INTO posthorn_inbox (message_id, application, type, payload)"
              + " VALUES ('m', 'a', 't', X'00')");
      try (var row = statement.executeQuery("SELECT id, content_type FROM posthorn_inbox")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getLong(1)).isEqualTo(1);
        assertThat(row.getString(2)).isEqualTo("application/json");
      }
    }
  }

  /** Leaves out what H2 does not parse: the collation of a column. */
  private static String adapted(String statement) {
    return statement
        .replace(" CHARACTER SET ascii COLLATE ascii_bin", "")
        .replace(" COLLATE Latin1_General_BIN2", "")
        .replace(" ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4", "");
  }

  @Test
  void allScriptsHaveTheSameColumns() {
    Map<String, List<String>> columns = new TreeMap<>();
    for (Dialect dialect : Dialect.values()) {
      String script = dialect.script().replaceAll(".*/(.*)\\.sql", "$1");
      List<String> names = new ArrayList<>();
      InboxDatabase.statements(script)
          .getFirst()
          .lines()
          .skip(1)
          .filter(line -> line.startsWith("  "))
          .forEach(line -> names.add(line.strip().replaceFirst(" .*", "")));
      columns.put(script, names);
    }
    assertThat(columns).hasSize(7);
    assertThat(columns.values()).allSatisfy(names -> assertThat(names).hasSize(20));
    assertThat(columns.values().stream().distinct()).hasSize(1);
  }
}
