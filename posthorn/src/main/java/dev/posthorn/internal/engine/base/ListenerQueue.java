package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.store.rows.AttemptRow;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events that one listener has not seen yet: in order, one after the other, and independent of
 * other listeners, so that one that blocks delays nobody. Thread-safe.
 */
final class ListenerQueue {
  private static final String LISTENER = "a listener";
  private static final int MOST = 50_000;

  private final EngineListener listener;
  private final Executor callbacks;
  private final Guard guard;
  private final ConcurrentLinkedQueue<Consumer<EngineListener>> events =
      new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean running = new AtomicBoolean();

  /** The thread on which the listener is being told, or null. */
  private volatile @Nullable Thread teller;

  ListenerQueue(EngineListener listener, Executor callbacks, Guard guard) {
    this.listener = listener;
    this.callbacks = callbacks;
    this.guard = guard;
  }

  boolean isOf(EngineListener one) {
    return listener.equals(one);
  }

  /** Returns whether the listener wants to hear of an attempt. */
  boolean caresFor(AttemptRow attempt) {
    try {
      return listener.caresFor(attempt);
    } catch (Throwable e) {
      guard.report(LISTENER, e);
      return false;
    }
  }

  /** Returns whether the listener wants to hear of messages. */
  boolean caresForMessages() {
    try {
      return listener.caresForMessages();
    } catch (Throwable e) {
      guard.report(LISTENER, e);
      return false;
    }
  }

  /** Adds an event; returns false if there are too many already. */
  boolean offer(Consumer<EngineListener> event) {
    if (count.incrementAndGet() > MOST) {
      count.decrementAndGet();
      return false;
    }
    events.add(event);
    drainSoon();
    return true;
  }

  /** Drops all events; returns their number. */
  int close() {
    int left = 0;
    while (events.poll() != null) {
      left++;
    }
    return left;
  }

  /**
   * Waits until the listener has seen all events so far, but no longer than a time, and not at all
   * on the thread that is telling it.
   */
  void awaitSeen(long nanos) throws InterruptedException {
    if (events.isEmpty() && !running.get()) {
      return;
    }
    if (Thread.currentThread().equals(teller)) {
      return;
    }
    CountDownLatch seen = new CountDownLatch(1);
    if (offer(listener -> seen.countDown())) {
      var unused = seen.await(nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void drainSoon() {
    if (running.compareAndSet(false, true)) {
      try {
        callbacks.execute(this::drain);
      } catch (Throwable e) { // no thread for it: the next event asks again
        running.set(false);
        guard.report(LISTENER, e);
      }
    }
  }

  private void drain() {
    teller = Thread.currentThread();
    try {
      for (Consumer<EngineListener> event; (event = events.poll()) != null; ) {
        count.decrementAndGet();
        tell(event);
      }
    } finally {
      teller = null;
      running.set(false);
    }
    if (!events.isEmpty()) {
      drainSoon();
    }
  }

  private void tell(Consumer<EngineListener> event) {
    try {
      event.accept(listener);
    } catch (Throwable e) {
      guard.report(LISTENER, e);
    }
  }
}
