package dev.posthorn.internal.postgresql.sql;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.connection.Writer;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Statements that are sent to the database together: they take one round trip. They run in the
 * order in which they were added, and return no rows.
 *
 * <p>The driver keeps each combination of statements, so there must be few combinations.
 */
public final class Pipeline implements Writer.Statements {
  private static final String UNLESS_PRESENT = " ON CONFLICT DO NOTHING";

  private final boolean again;
  private final List<String> statements = new ArrayList<>();
  private final List<RowArrays<?>> parameters = new ArrayList<>();

  /**
   * Creates an empty pipeline.
   *
   * @param again whether rows that it inserts may be present already, and are then left as they are
   */
  public Pipeline(boolean again) {
    this.again = again;
  }

  /** Adds a statement that inserts rows, unless there are none. */
  public <T> void insert(String sql, RowArrays<T> rows) {
    add(again ? sql + UNLESS_PRESENT : sql, rows);
  }

  /** Adds a statement with rows as its parameters, unless there are no rows. */
  public <T> void add(String sql, RowArrays<T> rows) {
    if (!rows.rows().isEmpty()) {
      statements.add(sql);
      parameters.add(rows);
    }
  }

  /** Sends the statements, and waits for their results. */
  public void run(Session session) throws SQLException {
    if (statements.isEmpty()) {
      return;
    }
    try (PreparedStatement all = session.prepare(sql())) {
      bind(all);
      all.execute();
    }
  }

  @Override
  public String sql() {
    return String.join(";\n", statements);
  }

  @Override
  public void bind(PreparedStatement all) throws SQLException {
    int index = 1;
    for (RowArrays<?> rows : parameters) {
      index = rows.bind(all, index);
    }
  }
}
