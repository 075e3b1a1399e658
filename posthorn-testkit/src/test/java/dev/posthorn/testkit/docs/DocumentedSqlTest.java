package dev.posthorn.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Posthorn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SQL for looking into a copy of a database fits the schema. */
class DocumentedSqlTest {
  @TempDir private Path folder;

  @Test
  void runsOnACopy() throws IOException, SQLException {
    Path copy = folder.resolve("copy.db");
    try (Posthorn posthorn = Posthorn.open(folder.resolve("webhooks.db"))) {
      posthorn.backup(copy);
    }
    List<String> blocks = Pages.blocks("docs/internals/debugging.md", "sql");
    assertThat(blocks).isNotEmpty();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
        Statement sql = connection.createStatement()) {
      for (String block : blocks) {
        for (String query : block.replaceAll("(?m)--.*$", "").split(";", -1)) {
          if (!query.isBlank()) {
            sql.executeQuery(query).close();
          }
        }
      }
    }
  }
}
