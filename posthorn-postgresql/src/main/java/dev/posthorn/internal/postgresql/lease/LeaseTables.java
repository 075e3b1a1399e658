package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.IdFloor;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.spi.store.Lease.Slot;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
   */
  record Lease(
      long node,
      String renewal,
      long leftMillis,
      long durationMillis,
      String host,
      @Nullable String process) {}

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
            + ") * 1000, h.duration_ms, coalesce(n.host, 'an unknown host'), n.process"
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
                rows.getString(6)));
      }
      return found;
    }
  }

  /**
   * Fences all nodes: waits for the transaction that each is writing, and lets them write no other.
   */
  void fenceOwners(Session session) throws SQLException {
    update(
        session, "DELETE FROM posthorn.node WHERE id NOT IN (SELECT node FROM posthorn.heartbeat)");
    update(session, "UPDATE posthorn.node SET epoch = epoch + 1");
    update(session, "DELETE FROM posthorn.heartbeat");
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
   * Returns the slot of a node that has joined. Another transaction must have added the node: who
   * did not see it then, and so has read what was committed by then, is not overtaken by its ids.
   */
  static Slot slot(Session session, Node node) throws SQLException {
    return Query.list(
            session,
            row -> new Slot(row.getInt(1), row.getLong(2)),
            "SELECT slot, (" + IdFloor.SELECT + ") FROM posthorn.node WHERE id = ?",
            node.id())
        .getFirst();
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
                + seat.timeline())
        == 1;
  }

  /** Gives up what a node owns. */
  void release(Session session, Node node) throws SQLException {
    update(session, "UPDATE posthorn.assignment SET node = NULL WHERE node = " + node.id());
    update(session, "DELETE FROM posthorn.heartbeat WHERE node = " + node.id());
    update(session, "DELETE FROM posthorn.node WHERE id = " + node.id());
  }

  /** Returns the query whose row shows that a process may write until the transaction ends. */
  static String fence(Seat seat) {
    return "SELECT 1 FROM posthorn.node WHERE id = "
        + seat.node().id()
        + " AND epoch = "
        + seat.node().epoch()
        + seat.timeline()
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
