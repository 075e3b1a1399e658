package dev.posthorn.internal.engine.base;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The futures of callers. Each completes on the executor for callbacks, never on a thread that the
 * engine needs: a caller's continuation may block, and may call the engine. Open futures fail when
 * the engine is closed. Thread-safe.
 */
public final class Promises {
  private final Executor callbacks;
  private final Set<Promise<?>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public Promises(Executor callbacks) {
    this.callbacks = callbacks;
  }

  /**
   * A future that the engine will complete. The first of {@code complete} and {@code fail} counts.
   */
  public final class Promise<T extends @Nullable Object> {
    private final CompletableFuture<T> future = new CompletableFuture<>();

    /** Returns the caller's future. */
    public CompletableFuture<T> future() {
      return future;
    }

    public void complete(@Nullable T value) {
      end(() -> future.complete(value));
    }

    public void fail(Throwable why) {
      end(() -> future.completeExceptionally(why));
    }

    private void end(Runnable completion) {
      if (open.remove(this)) {
        try {
          callbacks.execute(completion);
        } catch (Throwable e) { // who is asked to do this again finds it open
          open.add(this);
          throw e;
        }
      }
    }
  }

  /** Returns a new promise; it fails at once if the engine is closed. */
  public <T extends @Nullable Object> Promise<T> make() {
    Promise<T> promise = new Promise<>();
    open.add(promise);
    if (closed) {
      promise.fail(closed());
    }
    return promise;
  }

  /** Returns a future for callers that ends as an inner one does. */
  public <T extends @Nullable Object> CompletableFuture<T> of(CompletableFuture<T> inner) {
    Promise<T> promise = make();
    var unused =
        inner.whenComplete(
            (value, error) -> {
              if (error == null) {
                promise.complete(value);
              } else {
                promise.fail(cause(error));
              }
            });
    return promise.future();
  }

  private static Throwable cause(Throwable error) {
    Throwable cause = error.getCause();
    return error instanceof CompletionException && cause != null ? cause : error;
  }

  /** Fails all open promises, and all that are made from now on. */
  public void close() {
    closed = true;
    open.forEach(promise -> promise.fail(closed()));
  }

  private static PosthornException closed() {
    return new PosthornException(
        Reason.CLOSED,
        "this instance was closed before the result was known; look whether it was done");
  }
}
