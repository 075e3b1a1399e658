package dev.posthorn.internal.postgresql.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks that each statement on a table with a partition names the partition of each such table: a
 * database that is divided by it sends a statement that does not to all of its parts.
 */
final class PartitionInStatements {
  private static final Pattern TABLE =
      Pattern.compile(
          "(INTO |FROM |JOIN |UPDATE |USING )posthorn\\.(\\w+)(\\(partition)?(?: AS)?(?: (\\w+))?");
  private static final Set<String> NO_ALIAS =
      Set.of("WHERE", "SET", "ORDER", "LIMIT", "GROUP", "CROSS", "JOIN", "ON", "USING", "SELECT");

  private PartitionInStatements() {}

  /**
   * Returns the problems of statements.
   *
   * @param tables the tables with a partition
   */
  static List<String> problems(Set<String> statements, Set<String> tables) {
    List<String> problems = new ArrayList<>();
    for (String sql : statements) {
      Matcher table = TABLE.matcher(sql);
      while (table.find()) {
        if (tables.contains(table.group(2)) && !namesPartition(sql, table)) {
          problems.add(table.group(2) + " without partition: " + sql);
        }
      }
    }
    return problems;
  }

  private static boolean namesPartition(String sql, Matcher table) {
    if (table.group(1).equals("INTO ")) {
      return table.group(3) != null || sql.substring(table.end()).startsWith("(partition");
    }
    String alias = table.group(4);
    boolean plain = alias == null || NO_ALIAS.contains(alias.toUpperCase(Locale.ROOT));
    String rest = sql.substring(table.start());
    return Pattern.compile((plain ? "(?<![.\\w])" : "\\b" + alias + "\\.") + "partition\\b")
        .matcher(plain ? rest : sql)
        .find();
  }
}
