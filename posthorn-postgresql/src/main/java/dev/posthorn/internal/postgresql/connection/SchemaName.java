package dev.posthorn.internal.postgresql.connection;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The schema that has the tables. All SQL is written for the schema {@code posthorn} and qualifies
 * every name with it, so it does not depend on the search path, which a pooler may share between
 * clients; another schema's name replaces it.
 */
public final class SchemaName {
  /** The schema that SQL is written for. */
  public static final String DEFAULT = "posthorn";

  private static final Pattern QUALIFIER = Pattern.compile("\\bposthorn\\.");

  private final String name;
  private final Map<String, String> replaced = new ConcurrentHashMap<>();

  /** Creates a name that was checked before: see {@code PostgresqlOptions}. */
  public SchemaName(String name) {
    this.name = name;
  }

  /** Returns the name without quotes. */
  public String name() {
    return name;
  }

  /** Returns the name as an SQL identifier. */
  public String quoted() {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Returns a statement for this schema. The set of statements must be bounded: it is kept. */
  public String sql(String statement) {
    return name.equals(DEFAULT) ? statement : replaced.computeIfAbsent(statement, this::replacedIn);
  }

  /** Returns a script for this schema. */
  public String replacedIn(String script) {
    return QUALIFIER.matcher(script).replaceAll(Matcher.quoteReplacement(quoted() + "."));
  }

  @Override
  public String toString() {
    return name;
  }
}
