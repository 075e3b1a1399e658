package dev.posthorn.cidadao;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.DeliveryCallback;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.spi.store.rows.AttemptRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of all deliveries of one message. Deliveries may end before their number is known.
 */
final class Outcome implements DeliveryCallback {
  private final Executor callbacks;
  private final CompletableFuture<List<AttemptRow>> done = new CompletableFuture<>();
  private final Map<Long, AttemptRow> ended = new HashMap<>();
  private @Nullable SendResult result;

  Outcome(Executor callbacks) {
    this.callbacks = callbacks;
  }

  /** Returns the last attempt of each delivery, in the order of the webhooks. */
  CompletableFuture<List<AttemptRow>> done() {
    return done;
  }

  @Override
  public synchronized void ended(AttemptRow attempt) {
    ended.put(attempt.endpoint(), attempt);
    completeIfAll();
  }

  synchronized void accepted(SendResult result) {
    this.result = result;
    completeIfAll();
  }

  void refused(PosthornException why) {
    callbacks.execute(() -> done.completeExceptionally(why));
  }

  private void completeIfAll() {
    List<AttemptRow> all = all();
    if (all != null) {
      done.completeAsync(() -> all, callbacks);
    }
  }

  private synchronized @Nullable List<AttemptRow> all() {
    if (result == null || ended.size() < result.targets().length) {
      return null;
    }
    List<AttemptRow> all = new ArrayList<>();
    for (long target : result.targets()) {
      AttemptRow last = ended.get(target);
      if (last != null) {
        all.add(last);
      }
    }
    return all;
  }

  /** Ends the wait when the service is closed: no more deliveries end. */
  void close() {
    List<AttemptRow> all = all();
    if (all != null) {
      done.complete(all);
    } else {
      done.completeExceptionally(
          new PosthornException(
              Reason.CLOSED,
              "the service was closed before all deliveries ended; they resume when it is opened"));
    }
  }
}
