package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A change of settings, or of what waits, that is worked out on the writer, one after the other.
 */
final class SettingEntry<T> implements Journal.Entry {
  private final Function<Writing, T> change;
  private final Executor workers;
  private final CompletableFuture<T> done = new CompletableFuture<>();
  private @Nullable T result;
  private Once.@Nullable DoneBefore doneBefore;

  /**
   * Creates the entry.
   *
   * @param change adds rows to the batch and returns the result; throws {@link PosthornException}
   *     if it cannot be
   * @param workers completes the future
   */
  SettingEntry(Function<Writing, T> change, Executor workers) {
    this.change = change;
    this.workers = workers;
  }

  /** Returns the result once it is on disk. */
  CompletableFuture<T> done() {
    return done;
  }

  @Override
  public void prepare(Writing writing) {
    doneBefore = null;
    try {
      result = change.apply(writing);
    } catch (Once.DoneBefore e) { // the first one may be in this very batch: tell after its commit
      doneBefore = e;
    }
  }

  @Override
  public void committed(Writing writing) {
    Once.DoneBefore before = doneBefore;
    if (before != null) {
      workers.execute(() -> done.completeExceptionally(before));
    } else {
      workers.execute(() -> done.complete(result));
    }
  }

  @Override
  public void failed(PosthornException why) {
    workers.execute(() -> done.completeExceptionally(why));
  }

  @Override
  public boolean refusable() {
    return true;
  }
}
