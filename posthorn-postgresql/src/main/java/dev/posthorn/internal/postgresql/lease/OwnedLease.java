package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.spi.store.RebalanceListener;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease of a process that owns all partitions alone, until it is closed or fenced. If the
 * database fails over, and nobody has taken over meanwhile, it loses all partitions and owns them
 * again at once: their rows may be others.
 */
public final class OwnedLease implements NodeLease {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedLease.class);
  private static final Set<Integer> ALL =
      IntStream.range(0, PARTITIONS).boxed().collect(Collectors.toUnmodifiableSet());

  private final Database database;
  private final LeaseTables tables;
  private final LeaseClocks clocks;
  private final Renewal renewal;

  /** For what the writer asks. */
  private final SingleConnection asking;

  /**
   * The nodes that may own everything for this process, while it begins anew: the answer to an
   * attempt may be lost. Empty at other times.
   */
  private final List<Node> mine = new ArrayList<>();

  private volatile Seat seat;
  private volatile long settled;
  private volatile @Nullable StoreException fenced;
  private volatile @Nullable RebalanceListener listener;

  OwnedLease(
      Database database,
      LeaseTables tables,
      SingleConnection connection,
      Seat seat,
      LeaseClocks clocks) {
    this.database = database;
    this.tables = tables;
    this.clocks = clocks;
    this.asking = database.forLease();
    this.seat = seat;
    this.renewal =
        new Renewal(
            database,
            tables,
            connection,
            clocks,
            () -> this.seat,
            () -> settled,
            gone -> lost(gone, connection));
  }

  /** Starts to renew. */
  OwnedLease start() {
    renewal.start();
    return this;
  }

  @Override
  public boolean isHeld() {
    return seat.isHeld();
  }

  @Override
  public Slot slot() {
    return seat.slot();
  }

  @Override
  public long epoch() {
    return seat.epoch();
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
  public boolean owns(int partition) {
    return !seat.isLost();
  }

  @Override
  public void publish(long ids) {
    settled = ids;
  }

  @Override
  public Set<Integer> subscribe(RebalanceListener told) {
    listener = told;
    return ALL;
  }

  // ---- the end of a seat -----------------------------------------------------------------------

  @Override
  public String sql() {
    return database.schema().sql(LeaseTables.fence(seat));
  }

  @Override
  public @Nullable StoreException fenced() {
    return fenced;
  }

  @Override
  public StoreException lost() {
    lost(seat, asking);
    StoreException why = fenced;
    return why != null
        ? why
        : new StoreException(
            Reason.LOST, "The database " + database.where() + " has failed over", null);
  }

  /** Notes that a seat is gone, and whether another process has taken over. */
  @SuppressWarnings("ReferenceEquality") // a seat is itself
  private synchronized void lost(Seat gone, SingleConnection connection) {
    gone.lose();
    if (gone != seat || !mine.isEmpty()) {
      return; // it begins anew, or has done so
    }
    try {
      if (!connection.transact(session -> LeaseTables.owns(session, gone.node()))) {
        fence();
      }
    } catch (SQLException e) {
      LOG.debug("Nobody knows so far who owns {}", database.where(), e); // the next attempt tells
    }
  }

  private StoreException fence() {
    StoreException why =
        new StoreException(
            Reason.FENCED,
            "Another process has taken over "
                + database.where()
                + ": this one had not renewed its lease in time; restart it to take it back",
            null);
    if (fenced == null) {
      fenced = why;
      LOG.error(why.getMessage());
    }
    return why;
  }

  @Override
  public void attend() {
    Seat last = seat;
    if (!last.isLost()) {
      return;
    }
    StoreException end = fenced;
    if (end != null) {
      throw end;
    }
    try {
      beginAnew(last);
    } catch (SQLException e) {
      throw database.errors().of(e);
    } finally {
      asking.close(); // until it is needed again, if ever
    }
    LOG.warn(Membership.REPLACED, database.where());
    RebalanceListener told = listener;
    if (told != null) {
      told.assigned(ALL);
    }
  }

  /** Takes a seat in place of one in an earlier timeline of the database. */
  private synchronized void beginAnew(Seat last) throws SQLException {
    RebalanceListener told = listener;
    if (mine.isEmpty()) {
      mine.add(last.node());
      if (told != null) {
        told.lost(ALL);
      }
    }
    List<Node> owners = List.copyOf(mine);
    Timeline timeline = Timeline.read(asking);
    Node node = Node.create(database.options().nodeName(), timeline);
    Duration lease = database.options().leaseDuration();
    Deadline.Moment sent = clocks.now();
    mine.add(node);
    if (!asking.transact(session -> tables.pass(session, owners, node, lease))) {
      throw fence();
    }
    Slot slot = asking.transact(session -> LeaseTables.slot(session, node));
    Deadline deadline = new Deadline(lease, clocks.nanoTime(), clocks.wallMillis(), sent);
    seat = new Seat(node, slot, last.epoch() + 1, timeline, deadline);
    mine.clear();
  }

  // ---- the end ---------------------------------------------------------------------------------

  @Override
  public void abandon() {
    renewal.stop();
  }

  /** Releases the lease, so that whoever waits for it need not wait until it ends. */
  @Override
  public void close() {
    try (Renewal last = renewal;
        SingleConnection first = asking) {
      // Both are closed, even if closing one fails.
    }
  }
}
