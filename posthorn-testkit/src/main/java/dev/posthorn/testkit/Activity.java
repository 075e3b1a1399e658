package dev.posthorn.testkit;

import dev.posthorn.spi.transport.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A count of everything an engine has begun and not finished: tasks of its threads, callbacks and
 * requests. Work that leads to other work is counted until the other is: at zero nothing more
 * happens before the time is set or somebody calls the engine. Thread-safe.
 */
final class Activity {

  /** The kinds of work, with their names in failures. */
  enum Kind {
    TASK("task of the engine", "tasks of the engine"),
    CALLBACK("callback of your code", "callbacks of your code");

    private final String one;
    private final String many;

    Kind(String one, String many) {
      this.one = one;
      this.many = many;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private final int[] running = new int[Kind.values().length];
  private final Map<HttpRequest, Long> requests = new IdentityHashMap<>();

  void begin(Kind kind) {
    lock.lock();
    running[kind.ordinal()]++;
    lock.unlock();
  }

  void end(Kind kind) {
    lock.lock();
    running[kind.ordinal()]--;
    signalIfIdle();
    lock.unlock();
  }

  void begin(HttpRequest request) {
    lock.lock();
    requests.put(request, System.nanoTime());
    lock.unlock();
  }

  void end(HttpRequest request) {
    lock.lock();
    requests.remove(request);
    signalIfIdle();
    lock.unlock();
  }

  /** Returns a task that counts from now until it has run. */
  Runnable counted(Kind kind, Runnable task) {
    begin(kind);
    return () -> {
      try {
        task.run();
      } finally {
        end(kind);
      }
    };
  }

  private void signalIfIdle() {
    if (isIdle()) {
      idle.signalAll();
    }
  }

  private boolean isIdle() {
    return requests.isEmpty()
        && running[Kind.TASK.ordinal()] == 0
        && running[Kind.CALLBACK.ordinal()] == 0;
  }

  /** Waits until nothing is running; returns whether that came about within {@code patience}. */
  boolean awaitIdle(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (!isIdle()) {
        if (left <= 0) {
          return false;
        }
        left = idle.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the running work in words, requests first. */
  String describe() {
    List<String> all = new ArrayList<>();
    lock.lock();
    try {
      requests.forEach(
          (request, began) ->
              all.add(
                  "POST %s (%s) without a complete response for %d s"
                      .formatted(
                          request.target().url(), id(request.headers()), secondsSince(began))));
      for (Kind kind : Kind.values()) {
        int count = running[kind.ordinal()];
        if (count > 0) {
          all.add(count + " " + (count == 1 ? kind.one : kind.many));
        }
      }
    } finally {
      lock.unlock();
    }
    return String.join("; ", all);
  }

  private static long secondsSince(long nanos) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanos);
  }

  /** Returns the message's id from the headers of a request, names and values in turn. */
  private static String id(String[] headers) {
    for (int i = 0; i + 1 < headers.length; i += 2) {
      if (headers[i].equalsIgnoreCase("webhook-id")) {
        return headers[i + 1];
      }
    }
    return "no webhook-id";
  }
}
