package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads, creates and drops the tables of segments. Each change gives up if it has to wait for a
 * lock: meanwhile, everybody else waits behind it.
 */
@SuppressWarnings("InlineFormatString") // statements stand together
final class SegmentTables {
  private static final String LIMITS =
      "SELECT set_config('lock_timeout', '100', true), set_config('statement_timeout', '2000', true)";

  private static final String IS_PARTITIONED =
      "SELECT c.relkind = 'p' FROM pg_catalog.pg_class c"
          + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname = ? AND c.relname = 'message'";

  /** Selects the owner of a table, as an identifier, if it is not the present user. */
  private static final String OTHER_OWNER =
      "SELECT pg_catalog.quote_ident(r.rolname) FROM pg_catalog.pg_class c"
          + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " JOIN pg_catalog.pg_roles r ON r.oid = c.relowner"
          + " WHERE n.nspname = ? AND c.relname = ? AND r.rolname <> current_user";

  private static final String CHILDREN =
      "SELECT p.relname, c.relname, pg_catalog.pg_get_expr(c.relpartbound, c.oid)"
          + " FROM pg_catalog.pg_inherits i"
          + " JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid"
          + " JOIN pg_catalog.pg_class p ON p.oid = i.inhparent"
          + " JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace"
          + " WHERE n.nspname = ? AND p.relname IN ('message', 'attempt') ORDER BY c.relname";
  private static final Pattern BOUNDS = Pattern.compile("FROM \\('(\\d+)'\\) TO \\('(\\d+)'\\)");

  private static final String HAS_ROWS =
      "SELECT EXISTS (SELECT FROM posthorn.%s_default d WHERE d.partition = ANY(?::smallint[])"
          + " AND d.id >= ? AND d.id < ?)";

  /**
   * Selects whether a live row refers to a message of a range. A hot row's id is one of the first
   * after its message's.
   */
  private static final String HAS_LIVE =
      "SELECT EXISTS (SELECT FROM posthorn.parked p WHERE p.partition = ANY(?::smallint[])"
          + " AND p.message >= ? AND p.message < ?) OR EXISTS (SELECT FROM posthorn.hot h"
          + " WHERE h.partition = ANY(?::smallint[]) AND h.id >= ? AND h.id < ?"
          + " AND h.message < ?)";

  /** More ids than a message has deliveries: those of an hour. */
  private static final long DELIVERIES = Ids.firstAt(TimeUnit.HOURS.toMillis(1));

  private final short[] partitions;

  SegmentTables(int count) {
    partitions = new short[count];
    for (int i = 0; i < count; i++) {
      partitions[i] = (short) i;
    }
  }

  /** Returns whether the history is in segments. */
  boolean isPartitioned(Session session) throws SQLException {
    Boolean is =
        Query.one(session, row -> row.getBoolean(1), IS_PARTITIONED, session.schema().name());
    return Boolean.TRUE.equals(is);
  }

  /** Returns the segments that exist, without the default tables. */
  List<Segment> list(Session session) throws SQLException {
    return Query.list(session, SegmentTables::segment, CHILDREN, session.schema().name()).stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Segment> segment(ResultSet row) throws SQLException {
    Matcher bounds = BOUNDS.matcher(row.getString(3));
    return bounds.find()
        ? Optional.of(
            new Segment(
                row.getString(1),
                row.getString(2),
                Long.parseLong(bounds.group(1)),
                Long.parseLong(bounds.group(2))))
        : Optional.empty();
  }

  /**
   * Creates a segment, unless rows of it are in the default table: they came first, and stay there.
   *
   * @return whether it exists now
   */
  boolean create(Session session, Segment segment) throws SQLException {
    execute(session, LIMITS);
    if (is(
        session, HAS_ROWS.formatted(segment.parent()), partitions, segment.from(), segment.to())) {
      return false;
    }
    execute(
        session,
        "CREATE TABLE posthorn.%s PARTITION OF posthorn.%s FOR VALUES FROM (%d) TO (%d)"
            .formatted(segment.name(), segment.parent(), segment.from(), segment.to()));
    giveToOwner(session, segment);
    return true;
  }

  /**
   * Gives a new segment to the owner of its table: only the owner of all parts can change that, as
   * an upgrade does.
   */
  private static void giveToOwner(Session session, Segment segment) throws SQLException {
    String owner =
        Query.one(
            session,
            row -> row.getString(1),
            OTHER_OWNER,
            session.schema().name(),
            segment.parent());
    if (owner != null) {
      execute(session, "ALTER TABLE posthorn." + segment.name() + " OWNER TO " + owner);
    }
  }

  /**
   * Drops a segment, unless it has rows that must stay.
   *
   * @return whether it was dropped
   */
  boolean drop(Session session, Segment segment) throws SQLException {
    execute(session, LIMITS);
    long from = segment.from();
    long to = segment.to();
    long hotTo = to + DELIVERIES;
    boolean held =
        segment.parent().equals("message")
            ? is(session, HAS_LIVE, partitions, from, to, partitions, from, hotTo, to)
            : is(
                session,
                ("SELECT EXISTS (SELECT FROM posthorn.parked p JOIN posthorn.%1$s a"
                        + " ON a.partition = p.partition AND a.message = p.message"
                        + " WHERE p.partition = ANY(?::smallint[]) AND p.message < ?)"
                        + " OR EXISTS (SELECT FROM posthorn.hot h JOIN posthorn.%1$s a"
                        + " ON a.partition = h.partition AND a.message = h.message"
                        + " WHERE h.partition = ANY(?::smallint[]) AND h.id < ? AND h.message < ?)")
                    .formatted(segment.name()),
                partitions,
                to,
                partitions,
                hotTo,
                to);
    if (held || (segment.parent().equals("attempt") && hasUncounted(session, segment))) {
      return false;
    }
    execute(session, "DROP TABLE posthorn." + segment.name());
    return true;
  }

  /** Returns whether the owner of a partition has not counted all of its attempts. */
  private boolean hasUncounted(Session session, Segment segment) throws SQLException {
    return is(
        session,
        ("SELECT EXISTS (SELECT FROM posthorn.hour_progress g JOIN posthorn.%s a"
                + " ON a.partition = g.partition AND a.id > g.counted_to"
                + " WHERE g.partition = ANY(?::smallint[]) AND a.kind <> 2)")
            .formatted(segment.name()),
        partitions);
  }

  private static boolean is(Session session, String sql, Object... parameters) throws SQLException {
    return Boolean.TRUE.equals(Query.one(session, row -> row.getBoolean(1), sql, parameters));
  }

  private static void execute(Session session, String sql) throws SQLException {
    try (Statement statement = session.connection().createStatement()) {
      statement.execute(session.schema().replacedIn(sql));
    }
  }
}
