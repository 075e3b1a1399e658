package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.Fence;
import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.internal.postgresql.connection.StopSignal;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease of this process, and the thread and the connection that renew it. If no renewal
 * succeeds for too long, it lapses; it is in force again after the next one, if nobody took over
 * meanwhile.
 */
public final class OwnedLease implements Lease, Fence, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedLease.class);

  /** The pause before the next try of a renewal that failed. */
  private static final Duration RETRY = Duration.ofMillis(500);

  private final Database database;
  private final LeaseTables tables;
  private final SingleConnection connection;
  private final Node node;
  private final Deadline deadline;
  private final LeaseClocks clocks;
  private final StopSignal stop = new StopSignal();
  private final Thread thread;

  /** True once it is given up, or another process has taken over. */
  private volatile boolean lost;

  private volatile @Nullable StoreException fenced;
  private boolean lapsed;

  OwnedLease(
      Database database,
      LeaseTables tables,
      SingleConnection connection,
      Node node,
      LeaseClocks clocks,
      Deadline deadline) {
    this.database = database;
    this.tables = tables;
    this.connection = connection;
    this.node = node;
    this.clocks = clocks;
    this.deadline = deadline;
    this.thread = Thread.ofPlatform().name("posthorn-lease").daemon().unstarted(this::renewAll);
  }

  /** Starts to renew. */
  OwnedLease start() {
    thread.start();
    return this;
  }

  @Override
  public boolean isHeld() {
    return !lost && !deadline.hasPassed();
  }

  @Override
  public String sql() {
    return database.schema().sql(LeaseTables.fence(node));
  }

  @Override
  public @Nullable StoreException fenced() {
    return fenced;
  }

  @Override
  public StoreException lost() {
    StoreException why =
        new StoreException(
            Reason.FENCED,
            "Another process has taken over "
                + database.where()
                + ": this one had not renewed its lease in time; restart it to take it back",
            null);
    fenced = why;
    lost = true;
    return why;
  }

  private void renewAll() {
    Duration pause = database.options().leaseRenewal();
    while (!lost && stop.pause(pause)) {
      pause = renew();
    }
  }

  /** Renews once; returns the pause until the next time. */
  private Duration renew() {
    Duration period = database.options().leaseRenewal();
    try {
      Deadline.Moment sent = clocks.now();
      Duration lease = database.options().leaseDuration();
      if (connection.transact(session -> tables.renew(session, node, lease))) {
        deadline.renewed(sent);
        noteRenewed();
      } else {
        LOG.error(lost().getMessage());
      }
      return period;
    } catch (SQLException e) {
      noteFailed(e);
    } catch (RuntimeException | Error e) { // of a DataSource of the user's, or the machine's end
      noteFailed(e);
    }
    return period.compareTo(RETRY) < 0 ? period : RETRY;
  }

  private void noteRenewed() {
    if (lapsed) {
      lapsed = false;
      LOG.info("Lease renewed: nobody took over, deliveries continue");
    }
  }

  private void noteFailed(Throwable cause) {
    LOG.debug("Failed to renew the lease", cause);
    if (!lapsed && deadline.hasPassed()) {
      lapsed = true;
      LOG.warn(
          "Lease lapsed: the database has not renewed it for {} s, no delivery starts ({})",
          database.options().leaseDuration().toSeconds(),
          cause.getMessage());
    }
  }

  /** Ends the renewals and keeps the rest, as a process does that stands still. For tests. */
  void stopRenewing() {
    var unused = stop.give();
  }

  /** Releases the lease, so that whoever waits for it need not wait until it ends. */
  @Override
  public void close() {
    if (!stop.give()) {
      return;
    }
    try (SingleConnection last = connection) {
      thread.join();
      if (!lost) {
        release(last);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lost = true;
    }
  }

  private void release(SingleConnection last) {
    try {
      last.transact(
          session -> {
            tables.release(session, node);
            return true;
          });
    } catch (SQLException | RuntimeException e) {
      LOG.warn("Lease not released, it ends by itself: {}", e.getMessage());
    }
  }
}
