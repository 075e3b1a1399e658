package dev.posthorn.internal.postgresql.sql;

import dev.posthorn.internal.postgresql.connection.Session;
import java.sql.SQLException;

/**
 * The greatest id that a committed batch carried: all ids that are given from then on are greater.
 */
public final class IdFloor {
  /** Selects it, or 0; also for a subquery. */
  public static final String SELECT = "SELECT coalesce(max(id), 0) FROM posthorn.id_floor";

  private IdFloor() {}

  /** Reads it; returns 0 if no batch carried any. */
  public static long read(Session session) throws SQLException {
    return Query.list(session, row -> row.getLong(1), SELECT).getFirst();
  }
}
