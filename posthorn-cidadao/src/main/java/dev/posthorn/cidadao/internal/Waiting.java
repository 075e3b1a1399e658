package dev.posthorn.cidadao.internal;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for futures. */
public final class Waiting {
  private Waiting() {}

  /**
   * Returns a future's result.
   *
   * @param what is waited for, for the message
   * @throws PosthornException if it failed, or with UNKNOWN if the thread is interrupted
   */
  public static <T> T get(String what, CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosthornException(
          Reason.UNKNOWN, "interrupted while waiting for " + what + ", which goes on", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PosthornException why) {
        throw why.again();
      }
      throw new IllegalStateException(what + " failed", e.getCause());
    }
  }
}
