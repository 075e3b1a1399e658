package dev.posthorn.internal.postgresql.nodes;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.internal.postgresql.connection.Writer;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.store.postgresql.PostgresqlNode;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads of the nodes for people, and what they may ask of a node, on a connection of their own. */
public final class NodeReads implements AutoCloseable {
  private static final String NOW = "SELECT clock_timestamp()";

  private static final String NODES =
      """
      SELECT n.id, n.host, n.version, n.started,
             extract(epoch FROM h.expires - clock_timestamp()) * 1000, h.claims, h.draining
      FROM posthorn.node n JOIN posthorn.heartbeat h ON h.node = n.id
      ORDER BY n.started, n.id\
      """;

  private static final String PARTITIONS =
      "SELECT partition, coalesce(node, 0) FROM posthorn.assignment";

  /** Counts up to a limit: after a long outage, it may be all there is. */
  private static final String WAITING =
      """
      SELECT coalesce(a.node, 0), count(*), min(h.id)
      FROM (SELECT partition, id FROM posthorn.handoff LIMIT 10000) AS h
      JOIN posthorn.assignment a ON a.partition = h.partition
      GROUP BY 1\
      """;

  private static final String DRAIN = "UPDATE posthorn.heartbeat SET draining = ? WHERE node = ?";

  private static final String OWNED = "SELECT count(*) FROM posthorn.assignment WHERE node = ?";

  private final Database database;
  private final SingleConnection connection;

  private NodeReads(Database database) {
    this.database = database;
    this.connection = database.forLease();
  }

  /** Returns reads of a schema. Connects to nothing yet. */
  public static NodeReads of(PostgresqlOptions options) {
    return new NodeReads(Database.of(options));
  }

  /** A partition and its owner, or 0. */
  private record Owned(int partition, long node) {
    private static Owned of(ResultSet row) throws SQLException {
      return new Owned(row.getInt(1), row.getLong(2));
    }
  }

  /** The rows that other nodes have committed for a node: their number, and the oldest id. */
  private record Waiting(long node, int count, long oldest) {
    private static final Waiting NOTHING = new Waiting(0, 0, 0);

    private static Waiting of(ResultSet row) throws SQLException {
      return new Waiting(row.getLong(1), row.getInt(2), row.getLong(3));
    }

    private Duration lag(Instant now) {
      long millis = now.toEpochMilli() - Ids.timeOf(oldest);
      return count == 0 || millis < 0 ? Duration.ZERO : Duration.ofMillis(millis);
    }
  }

  /** Reads the nodes and what they own. */
  public PostgresqlNodes nodes() {
    return transact(NodeReads::read);
  }

  /** Returns the number of partitions that a node owns. */
  public int owned(long node) {
    return transact(session -> Query.list(session, row -> row.getInt(1), OWNED, node).getFirst());
  }

  /**
   * Asks a node to give its partitions away, or lets it take some again; returns whether there is
   * such a node.
   */
  public boolean drain(long node, boolean begin) {
    return transact(session -> Query.update(session, DRAIN, begin, node) == 1);
  }

  private <T> T transact(Writer.Work<T> work) {
    try {
      return connection.transact(work);
    } catch (SQLException e) {
      throw database.errors().of(e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  private static PostgresqlNodes read(Session session) throws SQLException {
    Instant now = Query.list(session, row -> time(row, 1), NOW).getFirst();
    Map<Long, SortedSet<Integer>> owned = new HashMap<>();
    for (Owned one : Query.list(session, Owned::of, PARTITIONS)) {
      owned.computeIfAbsent(one.node, node -> new TreeSet<>()).add(one.partition);
    }
    Map<Long, Waiting> waiting = new HashMap<>();
    Query.list(session, Waiting::of, WAITING).forEach(rows -> waiting.put(rows.node, rows));
    List<PostgresqlNode> nodes = Query.list(session, row -> node(row, owned, waiting, now), NODES);
    SortedSet<Integer> unowned = new TreeSet<>();
    owned.forEach(
        (node, partitions) -> {
          if (nodes.stream().noneMatch(one -> one.id() == node)) {
            unowned.addAll(partitions);
          }
        });
    return new PostgresqlNodes(now, nodes, unowned);
  }

  private static PostgresqlNode node(
      ResultSet row, Map<Long, SortedSet<Integer>> owned, Map<Long, Waiting> waiting, Instant now)
      throws SQLException {
    long id = row.getLong(1);
    Waiting rows = waiting.getOrDefault(id, Waiting.NOTHING);
    return new PostgresqlNode(
        id,
        row.getString(2),
        row.getString(3),
        time(row, 4),
        Duration.ofMillis((long) row.getDouble(5)),
        state(row.getBoolean(6), row.getBoolean(7)),
        owned.getOrDefault(id, new TreeSet<>()),
        rows.count,
        rows.lag(now));
  }

  private static PostgresqlNode.State state(boolean claims, boolean draining) {
    if (draining) {
      return PostgresqlNode.State.DRAINING;
    }
    return claims ? PostgresqlNode.State.ACTIVE : PostgresqlNode.State.JOINING;
  }

  private static Instant time(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
