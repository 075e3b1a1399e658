package dev.posthorn.internal.postgresql.connection;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;

/** A fence that a test opens and closes. */
final class OpenFence implements Fence {
  private volatile boolean open = true;

  void shut() {
    open = false;
  }

  @Override
  public String sql() {
    return open ? "SELECT 1" : "SELECT 1 WHERE false";
  }

  @Override
  public StoreException lost() {
    return new StoreException(Reason.FENCED, "taken over", null);
  }
}
