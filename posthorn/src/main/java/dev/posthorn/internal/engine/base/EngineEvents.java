package dev.posthorn.internal.engine.base;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports events to listeners: to each of them one after the other, without making the engine wait.
 * Beyond a bound, events of a slow listener are dropped and counted.
 */
public final class EngineEvents {
  private static final Logger LOG = LoggerFactory.getLogger(EngineEvents.class);
  private static final long CLOSE_NANOS = 1_000_000_000L;

  private final Executor callbacks;
  private final Guard guard;
  private final EngineCounters counters;
  private final PublicIds ids;
  private final List<ListenerQueue> listeners = new CopyOnWriteArrayList<>();
  private final LongAdder dropped = new LongAdder();

  public EngineEvents(Executor callbacks, Guard guard, EngineCounters counters, PublicIds ids) {
    this.callbacks = callbacks;
    this.guard = guard;
    this.counters = counters;
    this.ids = ids;
  }

  /** Adds a listener. */
  public void add(EngineListener listener) {
    listeners.add(new ListenerQueue(listener, callbacks, guard));
  }

  /** Removes a listener; its pending events are dropped. */
  public void remove(EngineListener listener) {
    listeners.stream().filter(queue -> queue.isOf(listener)).forEach(ListenerQueue::close);
    listeners.removeIf(queue -> queue.isOf(listener));
  }

  /** Returns the number of events that were dropped because listeners were too slow. */
  public long dropped() {
    return dropped.sum();
  }

  public void attempted(EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
    for (ListenerQueue queue : listeners) {
      if (queue.caresFor(attempt)) {
        tell(queue, listener -> listener.attempted(endpoint, attempt, message));
      }
    }
  }

  /** Reports a message that is on disk. */
  public void accepted(MessageRow message) {
    for (ListenerQueue queue : listeners) {
      if (queue.caresForMessages()) {
        long id = message.id(); // not the row, which has the payload
        long application = message.application();
        MessageSpec spec = message.spec();
        int targets = message.targets().length;
        tell(queue, listener -> listener.accepted(id, application, spec, targets));
      }
    }
  }

  public void created(EndpointRow row) {
    tell(listener -> listener.created(row));
  }

  public void updated(EndpointRow before, EndpointRow after) {
    tell(listener -> listener.updated(before, after));
  }

  public void deleted(ApplicationRow owner, EndpointRow row) {
    tell(listener -> listener.deleted(owner, row));
  }

  /**
   * Reports that the engine disabled an endpoint.
   *
   * @param failingSince the time in milliseconds from which on every attempt failed, or 0
   */
  public void disabled(EndpointRow endpoint, EndpointState state, long failingSince) {
    counters.disabled(state);
    LOG.warn("Endpoint {} disabled: {}", ids.format(IdPrefix.ENDPOINT, endpoint.id()), state);
    tell(listener -> listener.disabled(endpoint, state, failingSince));
  }

  /** Logs that deliveries of an endpoint wait, since nothing can be sent with its settings. */
  public void settingsUnusable(long endpoint, Throwable why) {
    LOG.error(
        "Deliveries of endpoint {} held: {}",
        ids.format(IdPrefix.ENDPOINT, endpoint),
        why.getMessage());
  }

  private void tell(Consumer<EngineListener> event) {
    for (ListenerQueue queue : listeners) {
      tell(queue, event);
    }
  }

  private void tell(ListenerQueue queue, Consumer<EngineListener> event) {
    if (!queue.offer(event)) {
      dropped.increment();
    }
  }

  /** Lets listeners see the events so far, for a while; drops the rest, and all listeners. */
  public void close() {
    long until = System.nanoTime() + CLOSE_NANOS;
    try {
      for (ListenerQueue queue : listeners) {
        queue.awaitSeen(until - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int left = listeners.stream().mapToInt(ListenerQueue::close).sum();
    listeners.clear();
    if (left > 0) {
      dropped.add(left);
      LOG.warn("Events dropped at the close, since listeners were slow: {}", left);
    }
  }
}
