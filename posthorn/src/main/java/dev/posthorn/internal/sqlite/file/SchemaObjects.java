package dev.posthorn.internal.sqlite.file;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * The tables, indexes, views and triggers of a database, with the text that made each. Reading them
 * runs none of them.
 */
record SchemaObjects(Set<One> all) {
  private static final Pattern VIRTUAL =
      Pattern.compile("^\\s*create\\s+virtual\\b", Pattern.CASE_INSENSITIVE);

  /** One of them; an index that belongs to a key has no text. */
  record One(String type, String name, String table, @Nullable String sql) {
    String label() {
      return type + " " + name;
    }
  }

  static SchemaObjects of(SQLiteConnection connection) throws SQLException {
    Set<One> all = new LinkedHashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT type, name, tbl_name, sql FROM sqlite_schema")) {
      while (row.next()) {
        all.add(new One(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
      }
    }
    return new SchemaObjects(all);
  }

  /**
   * Returns what is here but not there, not there but here, or not the same, sorted. A plain table
   * that only is here, with its indexes, is no difference: no statement of the store's runs
   * anything of it, and SQLite's own statistics and tools for replication keep such tables.
   */
  List<String> differences(SchemaObjects other) {
    Set<String> differences = new TreeSet<>();
    Stream.concat(
            all.stream().filter(one -> !other.all.contains(one) && !isApart(one, other)),
            other.all.stream().filter(one -> !all.contains(one)))
        .forEach(one -> differences.add(one.label()));
    return List.copyOf(differences);
  }

  private static boolean isApart(One one, SchemaObjects other) {
    boolean plain =
        switch (one.type) {
          case "table" -> one.sql != null && !VIRTUAL.matcher(one.sql).find();
          case "index" -> true;
          default -> false;
        };
    return plain && other.all.stream().noneMatch(made -> made.table.equalsIgnoreCase(one.table));
  }
}
