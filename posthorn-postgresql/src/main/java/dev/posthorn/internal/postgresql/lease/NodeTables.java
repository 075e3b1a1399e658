package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.id.IdSequence;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.IdFloor;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of nodes that share the partitions of a schema. All times are the database's.
 *
 * <p>Locks are taken in one order: heartbeat, node, assignment.
 */
final class NodeTables {
  private static final String FREE_SLOT =
      "SELECT min(free.slot) FROM generate_series(0, ?) AS free (slot)"
          + " WHERE NOT EXISTS (SELECT FROM posthorn.node n WHERE n.slot = free.slot)";
  private static final String OWNERS =
      "SELECT a.partition, coalesce(a.node, 0) FROM posthorn.assignment a ORDER BY a.partition";
  private static final String FREE =
      "SELECT a.partition FROM posthorn.assignment a WHERE a.partition = ANY(?)"
          + " AND (a.node IS NULL OR a.node = ?) ORDER BY a.partition FOR UPDATE";
  private static final String FENCE =
      "SELECT 1 FROM posthorn.node n WHERE n.id = ? AND n.epoch = ? FOR SHARE";

  /** The id up to which those of a node are settled that writes nothing so far: any. */
  private static final String NOTHING_WRITTEN = "9223372036854775807";

  private final String now;

  NodeTables() {
    this(LeaseTables.NOW);
  }

  /** Creates tables with another clock, for tests. */
  NodeTables(String now) {
    this.now = now;
  }

  /**
   * A node with a lease.
   *
   * @param renewal its end as the database writes it: another one after each renewal
   * @param expired whether the lease is over by the database's clock
   * @param durationMillis the time that each renewal adds
   * @param claims whether it takes partitions
   * @param draining whether it gives its partitions away, or is asked to
   * @param host its machine and process
   * @param process the identity of that process, or null if it is unknown
   * @param timeline the timeline of the database in which it joined
   */
  record Member(
      long node,
      String renewal,
      boolean expired,
      long durationMillis,
      boolean claims,
      boolean draining,
      String host,
      @Nullable String process,
      Timeline timeline) {

    /** Returns whether the process certainly runs no more. */
    boolean hasEnded() {
      ProcessIdentity identity = process == null ? null : ProcessIdentity.parse(process);
      return identity != null && identity.hasEnded();
    }
  }

  /**
   * The nodes and their partitions.
   *
   * @param members the nodes
   * @param owners the node that owns each partition, 0 for none
   */
  record State(List<Member> members, List<Long> owners) {

    /** Returns the partitions of a node, or those that nobody owns for 0. */
    List<Integer> ownedBy(long node) {
      return IntStream.range(0, owners.size())
          .filter(partition -> owners.get(partition) == node)
          .boxed()
          .toList();
    }

    /**
     * Returns the partitions of a node of which it does not know, because the answer to a claim was
     * lost.
     *
     * @param owned those of which it knows, or has known before this was read
     */
    List<Integer> unknown(Node node, Set<Integer> owned) {
      return ownedBy(node.id()).stream().filter(partition -> !owned.contains(partition)).toList();
    }
  }

  /** Reads the nodes and their partitions. */
  State read(Session session) throws SQLException {
    String sql =
        "SELECT h.node, h.expires::text, h.expires < "
            + now
            + ", h.duration_ms, h.claims, h.draining, coalesce(n.host, 'an unknown host'),"
            + " n.process, coalesce(n.epoch, 0) FROM posthorn.heartbeat h LEFT JOIN posthorn.node n"
            + " ON n.id = h.node ORDER BY h.node";
    List<Member> members = Query.list(session, NodeTables::member, sql);
    return new State(members, Query.list(session, row -> row.getLong(2), OWNERS));
  }

  private static Member member(ResultSet row) throws SQLException {
    return new Member(
        row.getLong(1),
        row.getString(2),
        row.getBoolean(3),
        row.getLong(4),
        row.getBoolean(5),
        row.getBoolean(6),
        row.getString(7),
        row.getString(8),
        Timeline.ofEpoch(row.getLong(9)));
  }

  /** Adds a node, which owns, claims and writes nothing so far. */
  void join(Session session, Node node, Duration lease) throws SQLException {
    Integer number =
        Query.one(session, row -> row.getObject(1, Integer.class), FREE_SLOT, IdSequence.SLOTS - 1);
    if (number == null) {
      throw new StoreException(
          Reason.LOCKED,
          IdSequence.SLOTS + " processes share the schema already; end one of them",
          null);
    }
    Query.update(
        session,
        "INSERT INTO posthorn.node (id, slot, epoch, host, process, version, started)"
            + " VALUES (?, ?, ?, ?, ?, ?, "
            + now
            + ")",
        node.id(),
        number,
        node.epoch(),
        node.host(),
        node.process(),
        node.version());
    Query.update(
        session,
        "INSERT INTO posthorn.heartbeat (node, expires, duration_ms, claims, settled) VALUES (?, "
            + now
            + " + interval '"
            + lease.toMillis()
            + " milliseconds', ?, false, "
            + NOTHING_WRITTEN
            + ")",
        node.id(),
        lease.toMillis());
  }

  /**
   * Lets the others wait for the ids of a node from now on: it is about to write.
   *
   * @return false if another process has taken over from it
   */
  boolean begin(Session session, Node node) throws SQLException {
    return Query.update(
            session,
            "UPDATE posthorn.heartbeat SET settled = (" + IdFloor.SELECT + ") WHERE node = ?",
            node.id())
        == 1;
  }

  /** Tells the others up to which id those of a node are settled. */
  void settle(Session session, Node node, long settled) throws SQLException {
    Query.update(
        session,
        "UPDATE posthorn.heartbeat SET settled = greatest(settled, ?) WHERE node = ?",
        settled,
        node.id());
  }

  /**
   * Says whether a node takes partitions.
   *
   * @param drains whether it gives its own away, and must say so itself; else what somebody has
   *     asked of it stays
   */
  void claims(Session session, Node node, boolean claims, boolean drains) throws SQLException {
    Query.update(
        session,
        "UPDATE posthorn.heartbeat SET claims = ?, draining = draining OR ? WHERE node = ?",
        claims,
        drains,
        node.id());
  }

  /**
   * Fences a node whose lease is over, and frees its partitions: waits for the transaction that it
   * is writing, and lets it write no other.
   *
   * @param gone whether the database's clock does not matter: its process has ended, or it has not
   *     renewed the lease for too long
   * @return false if it has renewed the lease meanwhile, or another process was faster
   */
  boolean takeOver(Session session, Member dead, boolean gone) throws SQLException {
    Boolean over =
        Query.one(
            session,
            row -> row.getBoolean(2) || (gone && row.getString(1).equals(dead.renewal)),
            "SELECT h.expires::text, h.expires < "
                + now
                + " FROM posthorn.heartbeat h WHERE h.node = ? FOR UPDATE",
            dead.node);
    if (over == null || !over) {
      return false;
    }
    Query.update(session, "DELETE FROM posthorn.node WHERE id = ?", dead.node);
    Query.update(
        session,
        "UPDATE posthorn.assignment SET node = NULL, since = " + now + " WHERE node = ?",
        dead.node);
    Query.update(session, "DELETE FROM posthorn.heartbeat WHERE node = ?", dead.node);
    return true;
  }

  /**
   * Gives a node those of some partitions that nobody owns, or it itself already.
   *
   * @return these partitions
   * @throws StoreException with LOST if another process has taken over from the node
   */
  Set<Integer> claim(Session session, Node node, Collection<Integer> wanted) throws SQLException {
    if (Query.one(session, row -> row.getInt(1), FENCE, node.id(), node.epoch()) == null) {
      throw new StoreException(Reason.LOST, "Another process has taken over", null);
    }
    Set<Integer> free = new TreeSet<>();
    Array numbers = session.connection().createArrayOf("integer", wanted.toArray());
    try (PreparedStatement statement = session.prepare(FREE)) {
      Query.set(statement, numbers, node.id());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          free.add(rows.getInt(1));
        }
      }
    }
    Query.update(
        session,
        "UPDATE posthorn.assignment SET node = ?, since = " + now + " WHERE partition = ANY(?)",
        node.id(),
        session.connection().createArrayOf("integer", new ArrayList<>(free).toArray()));
    return free;
  }
}
