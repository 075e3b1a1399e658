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
 * The tables, indexes, views and triggers of a database, with the SQL that created each. Reading
 * them runs none of them.
 */
record SchemaObjects(Set<One> all) {
  private static final Pattern VIRTUAL =
      Pattern.compile("^\\s*create\\s+virtual\\b", Pattern.CASE_INSENSITIVE);

  /** An object; an index that belongs to a key has no SQL. */
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
   * Returns the objects that exist only here, exist only there, or differ, sorted. An additional
   * plain table, with its indexes, is no difference: no statement of the store touches it, and
   * SQLite's own statistics and replication tools keep such tables.
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
