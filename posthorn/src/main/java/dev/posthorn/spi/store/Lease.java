package dev.posthorn.spi.store;

/**
 * The right of a process to deliver what a store holds. It ends unless it is renewed, which the
 * store does by itself. May be asked from any thread, often.
 */
public interface Lease {
  /** The lease of a store that no other process can take over. */
  Lease UNLIMITED = () -> true;

  /**
   * Returns whether the right is in force now. If it is not, it may be again later, unless a write
   * fails with {@link StoreException.Reason#FENCED}.
   */
  boolean isHeld();
}
