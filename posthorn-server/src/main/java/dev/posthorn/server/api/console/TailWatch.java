package dev.posthorn.server.api.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The events that one person wants to see and has not seen yet, a bounded number. Thread-safe. */
final class TailWatch {
  /** The number of events that wait for a person; older ones make room. */
  static final int MOST = 200;

  private final Predicate<TailEvent> filter;
  private final Deque<TailEvent> events = new ArrayDeque<>();
  private long skipped;

  /**
   * Events in the order in which they happened.
   *
   * @param events the events
   * @param skipped the number of those before them that were too many
   */
  record Seen(List<TailEvent> events, long skipped) {
    boolean isEmpty() {
      return events.isEmpty() && skipped == 0;
    }
  }

  TailWatch(Predicate<TailEvent> filter) {
    this.filter = filter;
  }

  void offer(TailEvent event) {
    if (filter.test(event)) {
      add(event);
    }
  }

  private synchronized void add(TailEvent event) {
    if (events.size() == MOST) {
      events.removeFirst();
      skipped++;
    }
    events.addLast(event);
    notifyAll();
  }

  /** Returns what happened since the last call. */
  synchronized Seen take() {
    Seen seen = new Seen(new ArrayList<>(events), skipped);
    events.clear();
    skipped = 0;
    return seen;
  }

  /** Waits until something happened, but no longer than a time; returns it. */
  synchronized Seen await(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      for (long left; events.isEmpty() && (left = end - System.nanoTime()) > 0; ) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server stops
    }
    return take();
  }
}
