package dev.posthorn.bench.hostile;

import dev.posthorn.spi.runtime.Loop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks each event loop again and again to run a small task, as a commit does. While one does not
 * come to it, looks at what the loop does meanwhile. Thread-safe.
 */
final class LoopWatch implements AutoCloseable {
  private static final long PERIOD_MILLIS = 1;
  private static final long LATE_NANOS = 3_000_000;
  private static final int FRAMES = 3;
  private static final int SHOWN = 8;
  private static final int SHOWN_EACH = 3;
  private static final String OURS = "dev.posthorn.";

  private final List<Watched> watched = new ArrayList<>();
  private final List<Long> delays = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final Thread thread;
  private volatile boolean closed;

  /** A look at a loop that kept a task waiting. */
  private record Sample(long time, Thread of, String doing) {}

  private static final class Watched {
    final Loop loop;
    volatile Thread thread = Thread.currentThread();
    volatile boolean known;
    volatile long asked;

    Watched(Loop loop) {
      this.loop = loop;
    }
  }

  /** Begins to watch loops. */
  LoopWatch(List<Loop> loops) {
    for (Loop loop : loops) {
      Watched one = new Watched(loop);
      loop.execute(
          () -> {
            one.thread = Thread.currentThread();
            one.known = true;
          });
      watched.add(one);
    }
    thread = Thread.ofPlatform().daemon().name("watch").start(this::watch);
  }

  private void watch() {
    while (!closed) {
      watched.forEach(this::look);
      try {
        Thread.sleep(PERIOD_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void look(Watched one) {
    long now = System.nanoTime();
    if (one.asked == 0) {
      one.asked = now;
      one.loop.execute(() -> ran(one));
    } else if (one.known && now - one.asked > LATE_NANOS) {
      note(one.thread);
    }
  }

  private synchronized void ran(Watched one) {
    delays.add(System.nanoTime() - one.asked);
    one.asked = 0;
  }

  private void note(Thread of) {
    Thread.State state = of.getState();
    StackTraceElement[] stack = of.getStackTrace();
    String ours =
        Arrays.stream(stack)
            .filter(frame -> frame.getClassName().startsWith(OURS))
            .limit(FRAMES)
            .map(LoopWatch::name)
            .collect(Collectors.joining(" < "));
    String top = stack.length == 0 ? state.toString() : name(stack[0]);
    synchronized (this) {
      samples.add(new Sample(System.nanoTime(), of, top + " < … < " + ours));
    }
  }

  /** Returns what a loop was most often seen at within a time, or nothing. */
  synchronized String doing(@Nullable Thread loop, long from, long to) {
    Map<String, Integer> seen =
        count(
            samples.stream()
                .filter(one -> one.of == loop && one.time - from > 0 && one.time - to < 0));
    return byCount(seen)
        .limit(SHOWN_EACH)
        .map(entry -> entry.getValue() + " × " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static Map<String, Integer> count(Stream<Sample> samples) {
    Map<String, Integer> seen = new HashMap<>();
    samples.forEach(one -> seen.merge(one.doing, 1, Integer::sum));
    return seen;
  }

  private static Stream<Map.Entry<String, Integer>> byCount(Map<String, Integer> seen) {
    return seen.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed());
  }

  private static String name(StackTraceElement frame) {
    String type = frame.getClassName();
    return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName();
  }

  /** Forgets all so far. */
  synchronized void clear() {
    delays.clear();
    samples.clear();
  }

  /** Prints how late tasks were, and what the loops did while they were, and forgets it. */
  synchronized void print() {
    if (delays.isEmpty()) {
      return;
    }
    delays.sort(Comparator.naturalOrder());
    System.out.printf(
        Locale.ROOT,
        "  a task of a loop begins after: p50 %.2f, p99 %.2f, longest %.1f ms%n",
        at(0.5),
        at(0.99),
        at(1));
    byCount(count(samples.stream()))
        .limit(SHOWN)
        .forEach(entry -> System.out.printf("    %5d %s%n", entry.getValue(), entry.getKey()));
    clear();
  }

  private double at(double part) {
    return Objects.requireNonNull(
            delays.get(Math.min(delays.size() - 1, (int) (delays.size() * part))))
        / 1e6;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
