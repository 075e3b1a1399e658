package dev.posthorn.cidadao;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Blocking waits for futures. */
final class Waiting {
  private static final long CHANGE_SECONDS = 30;

  private Waiting() {}

  /**
   * Returns the result of a change once it is on disk.
   *
   * @param what the awaited operation, for the message
   * @throws PosthornException if it failed, or with UNKNOWN if there is no answer within 30 seconds
   */
  static <T> T change(String what, CompletableFuture<T> future) {
    return get(what, future.orTimeout(CHANGE_SECONDS, TimeUnit.SECONDS));
  }

  /**
   * Returns a future's result, however long it takes.
   *
   * @param what the awaited operation, for the message
   * @throws PosthornException if it failed, or with UNKNOWN if the thread is interrupted
   */
  public static <T> T get(String what, CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosthornException(
          Reason.UNKNOWN, "interrupted while waiting for " + what + "; the work continues", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PosthornException why) {
        throw why.again();
      }
      if (e.getCause() instanceof TimeoutException) {
        throw new PosthornException(
            Reason.UNKNOWN,
            what + ": the store did not answer in time; check the result before trying again",
            e);
      }
      throw new IllegalStateException(what + " failed", e.getCause());
    }
  }
}
