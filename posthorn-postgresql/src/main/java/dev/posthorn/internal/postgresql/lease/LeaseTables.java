package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.connection.SqlState;
import dev.posthorn.internal.postgresql.sql.IdFloor;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.spi.store.Lease.Slot;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of leases. All times are the database's: its clock decides between processes whose own
 * clocks differ.
 */
final class LeaseTables {
  /** The time of the database now, not that at which the transaction began. */
  static final String NOW = "clock_timestamp()";

  private final String now;

  LeaseTables() {
    this(NOW);
  }

  /** Creates tables with another clock, for tests. */
  LeaseTables(String now) {
    this.now = now;
  }

  /**
   * A lease of partitions.
   *
   * @param node the node that has it
   * @param renewal its end as the database writes it: another one after each renewal
   * @param leftMillis the time until it ends, negative afterwards
   * @param durationMillis the time that each renewal adds
   * @param host the owner's machine and process
   * @param process the identity of that process, or null if it is unknown
   * @param timeline the timeline of the database in which it joined
   */
  record Lease(
      long node,
      String renewal,
      long leftMillis,
      long durationMillis,
      String host,
      @Nullable String process,
      Timeline timeline) {}

  /** Returns the leases of all nodes, also of those that own nothing: they write, too. */
  List<Lease> owners(Session session) throws SQLException {
    return leases(session, "");
  }

  /**
   * Returns the leases of all nodes, and keeps everybody else from renewing or taking them over
   * until the transaction ends.
   */
  List<Lease> lockedOwners(Session session) throws SQLException {
    try (PreparedStatement statement =
        session.prepare(
            "SELECT partition FROM posthorn.assignment ORDER BY partition FOR UPDATE")) {
      statement.execute();
    }
    return leases(session, " FOR UPDATE OF h");
  }

  private List<Lease> leases(Session session, String lock) throws SQLException {
    String sql =
        "SELECT h.node, h.expires::text, extract(epoch FROM h.expires - "
            + now
            + ") * 1000, h.duration_ms, coalesce(n.host, 'an unknown host'), n.process,"
            + " coalesce(n.epoch, 0)"
            + " FROM posthorn.heartbeat h LEFT JOIN posthorn.node n ON n.id = h.node"
            + " ORDER BY h.node"
            + lock;
    try (PreparedStatement statement = session.prepare(sql);
        ResultSet rows = statement.executeQuery()) {
      List<Lease> found = new ArrayList<>();
      while (rows.next()) {
        found.add(
            new Lease(
                rows.getLong(1),
                rows.getString(2),
                (long) rows.getDouble(3),
                rows.getLong(4),
                rows.getString(5),
                rows.getString(6),
                Timeline.ofEpoch(rows.getLong(7))));
      }
      return found;
    }
  }

  /**
   * Fences nodes: waits for the transaction that each is writing, and lets them write no other.
   * Others may have joined since these were locked, and keep their leases.
   */
  void fence(Session session, List<Lease> locked) throws SQLException {
    update(
        session, "DELETE FROM posthorn.node WHERE id NOT IN (SELECT node FROM posthorn.heartbeat)");
    for (Lease lease : locked) {
      update(session, "UPDATE posthorn.node SET epoch = epoch + 1 WHERE id = " + lease.node);
      update(session, "DELETE FROM posthorn.heartbeat WHERE node = " + lease.node);
    }
  }

  /** Adds a node, and gives it all partitions. */
  void own(Session session, Node node, Duration lease) throws SQLException {
    try (PreparedStatement statement =
        session.prepare(
            "INSERT INTO posthorn.node (id, slot, epoch, host, process, version, started)"
                + " VALUES (?, (SELECT min(free.slot) FROM generate_series(0, 255) AS free (slot)"
                + " WHERE NOT EXISTS (SELECT 1 FROM posthorn.node n WHERE n.slot = free.slot)),"
                + " ?, ?, ?, ?, "
                + now
                + ")")) {
      statement.setLong(1, node.id());
      statement.setLong(2, node.epoch());
      statement.setString(3, node.host());
      statement.setString(4, node.process());
      statement.setString(5, node.version());
      statement.executeUpdate();
    }
    update(session, "UPDATE posthorn.assignment SET node = " + node.id());
    update(
        session,
        "INSERT INTO posthorn.heartbeat (node, expires, duration_ms, settled) VALUES ("
            + node.id()
            + ", "
            + end(lease)
            + ", "
            + lease.toMillis()
            + ", ("
            + IdFloor.SELECT
            + "))");
  }

  /**
   * Gives all partitions to another node of the same process, since the database is another one.
   *
   * @param from the nodes of the process that may own all partitions
   * @return false if none does: another process has taken over
   */
  boolean pass(Session session, List<Node> from, Node to, Duration lease) throws SQLException {
    List<Lease> unused = lockedOwners(session);
    for (Node node : from) {
      if (owns(session, node)) {
        release(session, node);
        own(session, to, lease);
        return true;
      }
    }
    return false;
  }

  /** Returns whether a node still owns all partitions. */
  static boolean owns(Session session, Node node) throws SQLException {
    return Query.one(
            session,
            row -> row.getInt(1),
            "SELECT 1 FROM posthorn.node WHERE id = ? AND epoch = ? AND NOT EXISTS (SELECT FROM"
                + " posthorn.assignment a WHERE a.node IS DISTINCT FROM posthorn.node.id)",
            node.id(),
            node.epoch())
        != null;
  }

  /**
   * Returns the slot of a node that has joined. Another transaction must have added the node: who
   * did not see it then, and so has read what was committed by then, is not overtaken by its ids.
   *
   * @throws SQLException also if another process has taken over from the node already
   */
  static Slot slot(Session session, Node node) throws SQLException {
    Slot slot =
        Query.one(
            session,
            row -> new Slot(row.getInt(1), row.getLong(2)),
            "SELECT slot, (" + IdFloor.SELECT + ") FROM posthorn.node WHERE id = ?",
            node.id());
    if (slot == null) {
      throw new SQLTransientException(
          "another process has taken over from this one while it joined",
          SqlState.SERIALIZATION_FAILURE);
    }
    return slot;
  }

  /**
   * Renews the lease of a seat; returns whether there still is one.
   *
   * @param settled the id up to which those of the process are settled
   */
  boolean renew(Session session, Seat seat, Duration lease, long settled) throws SQLException {
    return update(
            session,
            "UPDATE posthorn.heartbeat SET expires = "
                + end(lease)
                + ", settled = greatest(settled, "
                + settled
                + ") WHERE node = "
                + seat.node().id()
                + seat.timeline().condition())
        == 1;
  }

  /** Gives up what a node owns. */
  static void release(Session session, Node node) throws SQLException {
    update(session, "DELETE FROM posthorn.heartbeat WHERE node = " + node.id());
    update(session, "DELETE FROM posthorn.node WHERE id = " + node.id());
    update(session, "UPDATE posthorn.assignment SET node = NULL WHERE node = " + node.id());
  }

  /** Returns the query whose row shows that a process may write until the transaction ends. */
  static String fence(Seat seat) {
    return "SELECT 1 FROM posthorn.node WHERE id = "
        + seat.node().id()
        + " AND epoch = "
        + seat.node().epoch()
        + seat.timeline().condition()
        + " FOR SHARE";
  }

  private String end(Duration lease) {
    return now + " + interval '" + lease.toMillis() + " milliseconds'";
  }

  private static int update(Session session, String sql) throws SQLException {
    try (PreparedStatement statement = session.prepare(sql)) {
      return statement.executeUpdate();
    }
  }
}
