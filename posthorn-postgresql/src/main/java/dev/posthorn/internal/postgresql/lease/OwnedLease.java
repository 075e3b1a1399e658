package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lease of a process that owns all partitions alone, until it is closed or fenced. */
public final class OwnedLease implements NodeLease {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedLease.class);

  private final Database database;
  private final Seat seat;
  private final Renewal renewal;
  private volatile long settled;
  private volatile @Nullable StoreException fenced;

  OwnedLease(
      Database database,
      LeaseTables tables,
      SingleConnection connection,
      Seat seat,
      LeaseClocks clocks) {
    this.database = database;
    this.seat = seat;
    this.renewal =
        new Renewal(
            database,
            tables,
            connection,
            clocks,
            () -> seat,
            () -> settled,
            gone -> LOG.error(lost().getMessage()));
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
  public long node() {
    return seat.node().id();
  }

  @Override
  public void publish(long ids) {
    settled = ids;
  }

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
    StoreException why =
        new StoreException(
            Reason.FENCED,
            "Another process has taken over "
                + database.where()
                + ": this one had not renewed its lease in time; restart it to take it back",
            null);
    fenced = why;
    seat.lose();
    return why;
  }

  @Override
  public void abandon() {
    renewal.stop();
  }

  /** Releases the lease, so that whoever waits for it need not wait until it ends. */
  @Override
  public void close() {
    renewal.close();
  }
}
