package dev.posthorn.internal.sqlite.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Store;
import dev.posthorn.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A list that ends early must not have read and sorted all rows before its first. */
class ListPlansTest {
  static List<String> queries() {
    List<String> all = new ArrayList<>();
    for (String query :
        List.of(
            MessageReads.INDEXED_BY_APPLICATION,
            MessageReads.INDEXED_BY_EVENT,
            AttemptReads.INDEXED_BY_MESSAGE,
            AttemptReads.INDEXED_BY_ENDPOINT)) {
      all.add(query + HistoryScan.BY_INDEX_ID);
      all.add(query + HistoryScan.BY_INDEX_ID + " DESC");
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("queries")
  void aListIsReadInTheOrderOfItsIndex(String query, @TempDir Path directory) throws SQLException {
    Path file = directory.resolve("store.db");
    try (Store unused = SqliteStore.open(file, SqliteOptions.defaults());
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet steps = statement.executeQuery("EXPLAIN QUERY PLAN " + query)) {
      List<String> plan = new ArrayList<>();
      while (steps.next()) {
        plan.add(steps.getString("detail"));
      }
      assertThat(plan)
          .isNotEmpty()
          .noneMatch(step -> step.contains("TEMP B-TREE"))
          .allMatch(step -> step.startsWith("SEARCH"));
    }
  }
}
