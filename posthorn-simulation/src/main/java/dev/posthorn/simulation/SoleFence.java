package dev.posthorn.simulation;

import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.StoreException;
import org.jspecify.annotations.Nullable;

/** The right of the only process, until another one takes over. */
final class SoleFence implements SimFence {
  private final SimTables tables;
  private final int epoch;
  private boolean lost;

  SoleFence(SimTables tables) {
    this.tables = tables;
    this.epoch = tables.epoch();
  }

  /** Renews the lease no more, or has it again. */
  void leaseLost(boolean now) {
    lost = now;
  }

  @Override
  public boolean isHeld() {
    return !lost && epoch == tables.epoch();
  }

  @Override
  public @Nullable StoreException fenced() {
    return epoch == tables.epoch()
        ? null
        : new StoreException(StoreException.Reason.FENCED, "simulated", null);
  }

  @Override
  public Lease.Slot slot() {
    return tables.isShared() ? new Lease.Slot(0, 0) : Lease.Slot.ALONE;
  }
}
