package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.spi.runtime.Loop;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Catches up with the settings of other nodes when somebody asks: whoever does not find what
 * another node may just have created. All who ask at about the same time cost one read of the
 * store, and there are at most 50 reads a second, however many ask. Thread-safe.
 */
public final class SettingsRefresh {
  private static final long PAUSE_NANOS = 20_000_000;
  private static final long PATIENCE_NANOS = 2_000_000_000;

  private final Journal journal;
  private final EngineRuntime runtime;
  private final Promises promises;

  /** The read that has not begun, or null. */
  private Promises.@Nullable Promise<Boolean> next;

  private boolean ever;
  private long last;

  public SettingsRefresh(Journal journal, EngineRuntime runtime, Promises promises) {
    this.journal = journal;
    this.runtime = runtime;
    this.promises = promises;
  }

  /**
   * Returns a future that completes once memory has all settings that were committed before this
   * call: with true if there may have been some that it did not have, with false if nobody else can
   * change settings. Fails with STORE_FAILED if the store cannot be read.
   */
  public CompletableFuture<Boolean> refresh() {
    return runtime.store().isShared() ? refreshSoon() : CompletableFuture.completedFuture(false);
  }

  private synchronized CompletableFuture<Boolean> refreshSoon() {
    Promises.Promise<Boolean> asked = next;
    if (asked == null) {
      asked = promises.make();
      next = asked;
      long since = ever ? runtime.clock().machine().nanoTime() - last : PAUSE_NANOS;
      Loop writer = runtime.scheduler().writer();
      writer.schedule(Math.max(0, PAUSE_NANOS - since), this::begin);
    }
    return asked.future();
  }

  private void begin() {
    Promises.Promise<Boolean> asked;
    synchronized (this) {
      asked = next;
      next = null;
      ever = true;
      last = runtime.clock().machine().nanoTime();
    }
    if (asked != null) {
      journal.current(() -> asked.complete(true));
      runtime.scheduler().writer().schedule(PATIENCE_NANOS, () -> asked.fail(notRead()));
    }
  }

  private static PosthornException notRead() {
    return new PosthornException(
        Reason.STORE_FAILED, "the store does not answer; try again a little later");
  }
}
