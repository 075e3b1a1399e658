package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.spi.store.Lease.Slot;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the schema once nobody owns it. A lease is over when the database's clock says so, or
 * when nobody has renewed it for all of its duration, by this process's monotonic clock: the
 * database's clock may have been set back. It is over at once if its owner ran on this machine and
 * has ended: a program that crashed and is started again need not wait.
 */
public final class LeaseAcquisition {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseAcquisition.class);
  private static final Duration POLL = Duration.ofMillis(250);

  /** The pause between two log lines at first; it doubles, because a standby waits for days. */
  private static final Duration REPORT = Duration.ofSeconds(10);

  private static final Duration LONGEST_REPORT = Duration.ofHours(1);

  private static final String UNKNOWN_END =
      " may still be in force: the database has failed over since it was renewed";

  private final Database database;
  private final LeaseTables tables;
  private final LeaseClocks clocks;
  private final SilentNodes silent;

  /** The timeline in which the others were seen. */
  private Timeline watched = new Timeline(Timeline.UNKNOWN);

  /** The nodes with which this process tried to take over: nobody uses them. */
  private final Set<Long> tried = new HashSet<>();

  LeaseAcquisition(Database database, LeaseTables tables, LeaseClocks clocks) {
    this.database = database;
    this.tables = tables;
    this.clocks = clocks;
    this.silent = new SilentNodes(clocks);
  }

  /**
   * Takes over the schema of a database.
   *
   * @throws StoreException with LOCKED if another process still owns it after the time to wait
   */
  public static OwnedLease acquire(Database database) {
    return acquire(database, OpenWait.upTo(database.options().openTimeout()));
  }

  /**
   * Takes over the schema of a database.
   *
   * @param wait decides how long to wait for another process that owns it
   * @throws StoreException with LOCKED if that process still owns it afterwards
   */
  public static OwnedLease acquire(Database database, OpenWait wait) {
    return new LeaseAcquisition(database, new LeaseTables(), LeaseClocks.MACHINE).acquire(wait);
  }

  OwnedLease acquire() {
    return acquire(OpenWait.upTo(database.options().openTimeout()));
  }

  private OwnedLease acquire(OpenWait wait) {
    SingleConnection connection = database.forLease();
    boolean done = false;
    try {
      OwnedLease owned = waited(connection, wait);
      done = true;
      return owned;
    } finally {
      if (!done) {
        connection.close();
      }
    }
  }

  private OwnedLease waited(SingleConnection connection, OpenWait wait) {
    @Nullable Node node = null;
    long began = clocks.nanoTime().getAsLong();
    Duration silence = REPORT;
    long reported = began - silence.toNanos();
    while (true) {
      String obstacle;
      @Nullable Exception cause = null;
      try {
        Timeline timeline = Timeline.read(connection);
        if (node == null || !node.timeline().equals(timeline)) {
          node = next(timeline);
        }
        Deadline.Moment sent = clocks.now();
        obstacle = attempt(connection, node);
        if (obstacle == null) {
          return owned(connection, node, sent);
        }
      } catch (SQLException e) {
        obstacle = "the database does not answer: " + e.getMessage();
        cause = e;
        node = null; // it may own everything already, and the answer to that was lost
      }
      long now = clocks.nanoTime().getAsLong();
      if (!wait.goesOn(obstacle, Duration.ofNanos(now - began))) {
        throw failure(obstacle, cause);
      }
      if (now - reported >= silence.toNanos()) {
        reported = now;
        silence = longer(silence);
        LOG.info("Waiting for {}: {}", database.where(), obstacle);
      }
      pause();
    }
  }

  private static Duration longer(Duration silence) {
    Duration twice = silence.multipliedBy(2);
    return twice.compareTo(LONGEST_REPORT) < 0 ? twice : LONGEST_REPORT;
  }

  private Node next(Timeline timeline) {
    if (!timeline.equals(watched)) {
      silent.retain(Set.of()); // others may have renewed their leases in the one before
      watched = timeline;
    }
    Node node = Node.create(database.options().nodeName(), timeline);
    tried.add(node.id());
    return node;
  }

  private OwnedLease owned(SingleConnection connection, Node node, Deadline.Moment sent)
      throws SQLException {
    Slot slot = connection.transact(session -> LeaseTables.slot(session, node));
    Duration lease = database.options().leaseDuration();
    Deadline deadline = new Deadline(lease, clocks.nanoTime(), clocks.wallMillis(), sent);
    Seat seat = new Seat(node, slot, 0, node.timeline(), deadline);
    return new OwnedLease(database, tables, connection, seat, clocks).start();
  }

  private StoreException failure(String obstacle, @Nullable Exception cause) {
    if (cause instanceof SQLException sql) {
      return database.errors().of(sql);
    }
    return new StoreException(
        Reason.LOCKED,
        database.where()
            + " is in use: "
            + obstacle
            + "; end that process, or wait longer (openTimeout is "
            + database.options().openTimeout().toSeconds()
            + " s)",
        cause);
  }

  /** Tries to take over; returns what it has to wait for, or null. */
  private @Nullable String attempt(SingleConnection connection, Node node) throws SQLException {
    String obstacle =
        connection.transact(session -> present(obstacle(tables.owners(session), node)));
    if (!obstacle.isEmpty()) {
      return obstacle; // found without a lock, which would keep the owner from renewing
    }
    String locked = connection.transact(session -> present(takeOver(session, node)));
    return locked.isEmpty() ? null : locked;
  }

  private static String present(@Nullable String text) {
    return text == null ? "" : text;
  }

  private @Nullable String takeOver(Session session, Node node) throws SQLException {
    List<LeaseTables.Lease> locked = tables.lockedOwners(session);
    String obstacle = obstacle(locked, node);
    if (obstacle == null) {
      tables.fence(session, locked);
      tables.own(session, node, database.options().leaseDuration());
    }
    return obstacle;
  }

  /** Returns the lease that is in force, or null. */
  private @Nullable String obstacle(List<LeaseTables.Lease> owners, Node me) {
    for (LeaseTables.Lease owner : owners) {
      boolean replaced = owner.timeline().differsFrom(me.timeline());
      if ((owner.leftMillis() >= 0 || replaced)
          && !tried.contains(owner.node())
          && !hasEnded(owner)
          && !isStale(owner)) {
        return "the lease of " + owner.host() + (replaced ? UNKNOWN_END : end(owner));
      }
    }
    return null;
  }

  private static String end(LeaseTables.Lease owner) {
    return " ends in " + owner.leftMillis() + " ms unless it renews it";
  }

  private static boolean hasEnded(LeaseTables.Lease owner) {
    ProcessIdentity process =
        owner.process() == null ? null : ProcessIdentity.parse(owner.process());
    return process != null && process.hasEnded();
  }

  private boolean isStale(LeaseTables.Lease owner) {
    return silent.isSilent(owner.node(), owner.renewal(), owner.durationMillis());
  }

  static void pause() {
    try {
      // Nothing counts it down: this is a pause that an interrupt ends.
      var unused = new CountDownLatch(1).await(POLL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          Reason.LOCKED, "Interrupted while waiting for the lease; open the store again", e);
    }
  }
}
