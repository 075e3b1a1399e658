package dev.posthorn.engine;

import dev.posthorn.store.ApplicationRow;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EndpointState;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what happens, one event after the other, and never makes the engine wait: when
 * listeners are too slow, events beyond a bound are dropped and counted.
 */
public final class EngineEvents {
  private static final Logger LOG = LoggerFactory.getLogger(EngineEvents.class);
  private static final String LISTENER = "a listener";
  private static final int MOST_QUEUED = 50_000;

  private final Executor callbacks;
  private final Guard guard;
  private final EngineMeter meter;
  private final List<EngineListener> listeners = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Consumer<EngineListener>> queue =
      new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicBoolean running = new AtomicBoolean();
  private final LongAdder dropped = new LongAdder();

  EngineEvents(Executor callbacks, Guard guard, EngineMeter meter) {
    this.callbacks = callbacks;
    this.guard = guard;
    this.meter = meter;
  }

  /** Adds a listener. */
  public void add(EngineListener listener) {
    listeners.add(listener);
  }

  /** Removes a listener. */
  public void remove(EngineListener listener) {
    listeners.remove(listener);
  }

  /** Returns how many events were dropped since listeners were too slow. */
  public long dropped() {
    return dropped.sum();
  }

  void attempted(EndpointEntry endpoint, AttemptRow attempt) {
    if (isCaredFor(attempt)) {
      EndpointRow row = endpoint.row();
      tell(
          listener -> {
            if (listener.caresFor(attempt)) {
              listener.attempted(row, attempt);
            }
          });
    }
  }

  private boolean isCaredFor(AttemptRow attempt) {
    for (EngineListener listener : listeners) {
      try {
        if (listener.caresFor(attempt)) {
          return true;
        }
      } catch (Throwable e) {
        guard.report(LISTENER, e);
      }
    }
    return false;
  }

  void created(EndpointRow row) {
    tell(listener -> listener.created(row));
  }

  void updated(EndpointRow before, EndpointRow after) {
    tell(listener -> listener.updated(before, after));
  }

  void deleted(ApplicationRow owner, EndpointRow row) {
    tell(listener -> listener.deleted(owner, row));
  }

  void disabled(EndpointEntry endpoint, EndpointState state) {
    meter.disabled(state);
    LOG.warn("endpoint {} was disabled: {}", endpoint.id, state);
    EndpointRow row = endpoint.row();
    long since = endpoint.failingSince;
    tell(listener -> listener.disabled(row, state, since));
  }

  void settingsUnusable(EndpointEntry endpoint, Throwable why) {
    LOG.error("deliveries for endpoint {} are held: {}", endpoint.id, why.getMessage());
  }

  private void tell(Consumer<EngineListener> event) {
    if (listeners.isEmpty()) {
      return;
    }
    if (queued.incrementAndGet() > MOST_QUEUED) {
      queued.decrementAndGet();
      dropped.increment();
      return;
    }
    queue.add(event);
    drainSoon();
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

  /** Tells nobody anything any more. */
  void close() {
    listeners.clear();
    queue.clear();
  }

  private void drain() {
    try {
      Consumer<EngineListener> event;
      while ((event = queue.poll()) != null) {
        queued.decrementAndGet();
        for (EngineListener listener : listeners) {
          tell(listener, event);
        }
      }
    } finally {
      running.set(false);
    }
    if (!queue.isEmpty()) {
      drainSoon();
    }
  }

  private void tell(EngineListener listener, Consumer<EngineListener> event) {
    try {
      event.accept(listener);
    } catch (Throwable e) {
      guard.report(LISTENER, e);
    }
  }
}
