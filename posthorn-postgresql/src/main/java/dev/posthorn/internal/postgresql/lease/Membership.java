package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.id.IdSequence;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.internal.postgresql.connection.SqlState;
import dev.posthorn.spi.store.NodeStatus;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.RebalanceListener;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The membership of this process among those that share the partitions of a schema. If another
 * process takes over, because this one has not renewed its lease in time, it loses its partitions,
 * and joins again as another node.
 *
 * <p>Only the writer moves from one seat to the next. So a batch is written in the seat in which it
 * was begun, or not at all.
 */
public final class Membership implements NodeLease {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  /** The log line about a failover. */
  static final String REPLACED =
      "Began anew in {}: a standby was promoted or a backup recovered, which may lack the last"
          + " commits";

  private static final String REJOINED =
      "Joined {} again: the lease of this process had ended, and others have its partitions";

  private final Database database;
  private final NodeTables tables;
  private final LeaseClocks clocks;
  private final Assignments assignments = new Assignments();
  private final SingleConnection joining;
  private final Renewal renewal;
  private final Balancer balancer;
  private volatile Seat seat;
  private volatile long settled;
  private volatile long losses;

  Membership(
      Database database, NodeTables tables, LeaseTables leases, LeaseClocks clocks, OpenWait wait) {
    this.database = database;
    this.tables = tables;
    this.clocks = clocks;
    this.joining = database.forLease();
    this.seat = joined(wait);
    this.renewal =
        new Renewal(
            database, leases, database.forLease(), clocks, () -> seat, () -> settled, Seat::lose);
    this.balancer =
        new Balancer(database.forLease(), tables, clocks, () -> seat, assignments, () -> settled);
  }

  /**
   * Joins the processes that share a schema.
   *
   * @param wait decides how long to wait for the database
   */
  public static Membership join(Database database, OpenWait wait) {
    Membership joined =
        new Membership(database, new NodeTables(), new LeaseTables(), LeaseClocks.MACHINE, wait);
    joined.renewal.start();
    return joined;
  }

  private Seat joined(OpenWait wait) {
    long began = clocks.nanoTime().getAsLong();
    while (true) {
      try {
        return join(0);
      } catch (SQLException e) {
        String obstacle = "the database does not answer: " + e.getMessage();
        Duration waited = Duration.ofNanos(clocks.nanoTime().getAsLong() - began);
        if (!wait.goesOn(obstacle, waited)) {
          throw database.errors().of(e);
        }
        LOG.debug("Failed to join {}, retried", database.where(), e);
        LeaseAcquisition.pause();
      }
    }
  }

  private Seat join(long epoch) throws SQLException {
    try {
      Timeline timeline = Timeline.read(joining);
      // Another one at each try: the answer to the last one may be lost.
      Node node = Node.create(database.options().nodeName(), timeline);
      Duration lease = database.options().leaseDuration();
      Deadline.Moment sent = clocks.now();
      Slot slot = added(node, lease);
      Deadline deadline = new Deadline(lease, clocks.nanoTime(), clocks.wallMillis(), sent);
      return new Seat(node, slot, epoch, timeline, deadline);
    } finally {
      joining.close(); // until it is needed again, if ever
    }
  }

  /**
   * Begins to write in a seat. Until then, nobody waits for its ids: it may take long to start, or
   * crash before.
   */
  private void begin(Seat joined) throws SQLException {
    try {
      if (joining.transact(session -> tables.begin(session, joined.node()))) {
        joined.begin(joining.transact(session -> LeaseTables.slot(session, joined.node())));
      } else {
        joined.lose();
      }
    } finally {
      joining.close();
    }
  }

  /** Adds a node; tries again if another one that joins at the same time gets its slot. */
  private Slot added(Node node, Duration lease) throws SQLException {
    for (int more = IdSequence.SLOTS; ; more--) {
      try {
        joining.transact(
            session -> {
              tables.join(session, node, lease);
              return true;
            });
        return joining.transact(session -> LeaseTables.slot(session, node));
      } catch (SQLException e) {
        if (more == 0 || !SqlState.UNIQUE_VIOLATION.equals(e.getSQLState())) {
          throw e;
        }
      }
    }
  }

  // ---- the lease -----------------------------------------------------------------------------

  @Override
  public boolean isHeld() {
    return seat.isHeld();
  }

  @Override
  public long epoch() {
    return seat.epoch();
  }

  @Override
  public NodeStatus status() {
    NodeStatus.State state =
        !isHeld()
            ? NodeStatus.State.LOST
            : balancer.isDraining() ? NodeStatus.State.DRAINING : NodeStatus.State.ACTIVE;
    return new NodeStatus(state, balancer.takeovers(), losses);
  }

  @Override
  public Slot slot() {
    return seat.slot();
  }

  // ---- for the writer ------------------------------------------------------------------------

  @Override
  public String sql() {
    return database.schema().sql(LeaseTables.fence(seat));
  }

  @Override
  public StoreException lost() {
    seat.lose();
    return new StoreException(
        Reason.LOST,
        "Another process has taken over the partitions of this one in " + database.where(),
        null);
  }

  @Override
  public void attend() {
    Seat last = seat;
    if (!last.isLost()) {
      return;
    }
    assignments.lose();
    Seat next;
    try {
      // In a database that took the place of the one before, nobody else has done so.
      leave(last);
      next = join(last.epoch() + 1);
      begin(next);
    } catch (SQLException e) {
      throw database.errors().of(e);
    }
    seat = next;
    losses = next.epoch(); // it is another one after each
    LOG.warn(next.timeline().differsFrom(last.timeline()) ? REPLACED : REJOINED, database.where());
  }

  /** Removes the rows of a seat that is lost. */
  private void leave(Seat last) throws SQLException {
    joining.transact(
        session -> {
          LeaseTables.release(session, last.node());
          return true;
        });
  }

  @Override
  public long timeline() {
    return seat.timeline().number();
  }

  @Override
  public long node() {
    return seat.node().id();
  }

  @Override
  public void publish(long ids) {
    settled = ids;
  }

  @Override
  public void released(Set<Integer> partitions) {
    assignments.released(partitions);
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public boolean owns(int partition) {
    return assignments.owns(partition);
  }

  @Override
  public long assignments() {
    return assignments.changes();
  }

  // ---- balancing -----------------------------------------------------------------------------

  @Override
  public Set<Integer> subscribe(RebalanceListener listener) {
    try {
      begin(seat);
      balancer.begin();
    } catch (SQLException e) {
      throw database.errors().of(e);
    }
    Set<Integer> first = assignments.subscribe(listener);
    balancer.start();
    return first;
  }

  @Override
  public void leave() {
    assignments.leave();
    balancer.leave();
  }

  @Override
  public void abandon() {
    balancer.stop();
    renewal.stop();
  }

  /** Gives up what this process owns, so that others need not wait until its lease ends. */
  @Override
  public void close() {
    try (Renewal last = renewal;
        Balancer first = balancer) {
      // Both are closed, even if closing one fails.
    }
  }
}
