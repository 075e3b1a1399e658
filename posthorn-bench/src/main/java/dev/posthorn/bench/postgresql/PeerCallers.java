package dev.posthorn.bench.postgresql;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a program that hand in messages to an outbox whose calls block until they are
 * committed, and what to run once the outcome of each is.
 */
final class PeerCallers implements AutoCloseable {
  /** As many callers as the floor has senders. */
  private static final int CALLERS = 64;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          CALLERS, Thread.ofPlatform().daemon().name("caller-", 0).factory());
  private final Map<String, Runnable> waiting = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  /** A call that returns once a message is committed. */
  interface Accept {
    void accept(String id);
  }

  /** Hands in a message under a new id, on a thread of its own. */
  void call(Accept call, Runnable done) {
    RuntimeException earlier = failure.get();
    if (earlier != null) {
      throw new IllegalStateException("a message was not accepted", earlier);
    }
    String id = "msg_" + lastId.incrementAndGet();
    waiting.put(id, done);
    threads.execute(
        () -> {
          try {
            call.accept(id);
          } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
          }
        });
  }

  /** Runs what waits for the outcome of a message, once. */
  void done(String id) {
    Runnable done = waiting.remove(id);
    if (done != null) {
      done.run();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      threads.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
