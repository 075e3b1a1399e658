package dev.posthorn.testkit;

import dev.posthorn.spi.transport.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A count of everything that an engine has begun and not finished: tasks of its threads, callbacks
 * and requests. Work that leads to other work is counted until the other is: at zero nothing more
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

  /** The numbers of running tasks; without an entry for none. */
  private final Map<Kind, Integer> running = new EnumMap<>(Kind.class);

  /** The requests under way, with the times at which they began. */
  private final IdentityHashMap<HttpRequest, Long> requests = new IdentityHashMap<>();

  synchronized void begin(Kind kind) {
    running.merge(kind, 1, Integer::sum);
  }

  synchronized void end(Kind kind) {
    running.computeIfPresent(kind, (same, count) -> count == 1 ? null : count - 1);
    notifyAll();
  }

  synchronized void begin(HttpRequest request) {
    requests.put(request, System.nanoTime());
  }

  synchronized void end(HttpRequest request) {
    requests.remove(request);
    notifyAll();
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

  private boolean isIdle() {
    return requests.isEmpty() && running.isEmpty();
  }

  /** Waits until nothing is running; returns whether that came about within {@code patience}. */
  synchronized boolean awaitIdle(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (!isIdle()) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** Returns the running work in words, requests first. */
  synchronized String describe() {
    List<String> all = new ArrayList<>();
    requests.forEach(
        (request, began) ->
            all.add(
                "POST %s (%s) without a complete response for %d s"
                    .formatted(
                        request.target().url(), id(request.headers()), secondsSince(began))));
    running.forEach((kind, count) -> all.add(count + " " + (count == 1 ? kind.one : kind.many)));
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
