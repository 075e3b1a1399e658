package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.internal.postgresql.connection.StopSignal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread and the connection that renew the seat of this process. If no renewal succeeds for too
 * long, the lease lapses; it is in force again after the next one, if nobody took over meanwhile.
 */
final class Renewal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

  /** The pause before the next try of a renewal that failed. */
  private static final Duration RETRY = Duration.ofMillis(500);

  private final Database database;
  private final LeaseTables tables;
  private final SingleConnection connection;
  private final LeaseClocks clocks;
  private final Supplier<Seat> seat;
  private final LongSupplier settled;
  private final Consumer<Seat> lost;
  private final StopSignal stop = new StopSignal();
  private final Thread thread;
  private final AtomicBoolean closed = new AtomicBoolean();
  private boolean lapsed;

  /**
   * Creates a renewal that has not begun.
   *
   * @param seat returns the present seat
   * @param settled returns the id up to which those of the process are settled
   * @param lost told that another process has taken over from it
   */
  Renewal(
      Database database,
      LeaseTables tables,
      SingleConnection connection,
      LeaseClocks clocks,
      Supplier<Seat> seat,
      LongSupplier settled,
      Consumer<Seat> lost) {
    this.database = database;
    this.tables = tables;
    this.connection = connection;
    this.clocks = clocks;
    this.seat = seat;
    this.settled = settled;
    this.lost = lost;
    this.thread = Thread.ofPlatform().name("posthorn-lease").daemon().unstarted(this::renewAll);
  }

  void start() {
    thread.start();
  }

  private void renewAll() {
    Duration pause = database.options().leaseRenewal();
    while (stop.pause(pause)) {
      Seat present = seat.get();
      pause = present.isLost() ? RETRY : renew(present);
    }
  }

  /** Renews once; returns the pause until the next time. */
  private Duration renew(Seat present) {
    Duration period = database.options().leaseRenewal();
    try {
      Deadline.Moment sent = clocks.now();
      Duration lease = database.options().leaseDuration();
      long ids = settled.getAsLong();
      if (connection.transact(session -> tables.renew(session, present, lease, ids))) {
        present.renewed(sent);
        noteRenewed();
      } else {
        lost.accept(present);
      }
      return period;
    } catch (SQLException e) {
      noteFailed(present, e);
    } catch (RuntimeException | Error e) { // of a DataSource of the user's, or the machine's end
      noteFailed(present, e);
    }
    return period.compareTo(RETRY) < 0 ? period : RETRY;
  }

  private void noteRenewed() {
    if (lapsed) {
      lapsed = false;
      LOG.info("Lease renewed: nobody took over, deliveries continue");
    }
  }

  private void noteFailed(Seat present, Throwable cause) {
    LOG.debug("Failed to renew the lease", cause);
    if (!lapsed && present.hasLapsed()) {
      lapsed = true;
      LOG.warn(
          "Lease lapsed: the database has not renewed it for {} s, no delivery starts ({})",
          database.options().leaseDuration().toSeconds(),
          cause.getMessage());
    }
  }

  /** Ends the renewals and keeps the rest, as a process does that stands still. */
  void stop() {
    var unused = stop.give();
  }

  /** Ends the renewals, and gives up what the process has, unless that is lost already. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    stop();
    try (SingleConnection last = connection) {
      thread.join();
      Seat present = seat.get();
      if (!present.isLost()) {
        release(last, present);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      seat.get().lose();
    }
  }

  private void release(SingleConnection last, Seat present) {
    try {
      last.transact(
          session -> {
            LeaseTables.release(session, present.node());
            return true;
          });
    } catch (SQLException | RuntimeException e) {
      LOG.warn("Lease not released, it ends by itself: {}", e.getMessage());
    }
  }
}
