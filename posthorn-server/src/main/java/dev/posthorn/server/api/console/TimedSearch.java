package dev.posthorn.server.api.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A search in many places, such as for an event id in all applications, each of which has event ids
 * of its own. A few places are read at the same time, until the time is up.
 *
 * @param <P> the type of the places
 * @param <T> the type of what is searched for
 */
final class TimedSearch<P, T> {
  /** The number of places that are read at the same time. */
  private static final int READERS = 4;

  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Function<P, @Nullable T> lookup;
  private final LongSupplier nanos;
  private final int most;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger read = new AtomicInteger();
  private final Queue<T> found = new ConcurrentLinkedQueue<>();

  /**
   * The result of a search.
   *
   * @param all what was found
   * @param complete whether all places were read
   * @param <T> the type of what was searched for
   */
  record Result<T>(List<T> all, boolean complete) {}

  /**
   * Creates a search.
   *
   * @param lookup reads what is in a place, or null
   * @param nanos the time in nanoseconds, from any origin
   * @param most the number of findings after which the search ends
   */
  TimedSearch(Function<P, @Nullable T> lookup, LongSupplier nanos, int most) {
    this.lookup = lookup;
    this.nanos = nanos;
    this.most = most;
  }

  /** Searches, once. */
  Result<T> search(List<P> places) {
    long end = nanos.getAsLong() + MOST_NANOS;
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        running.add(readers.submit(() -> read(places, end)));
      }
      for (Future<?> one : running) {
        await(one);
      }
    }
    return new Result<>(List.copyOf(found), read.get() == places.size());
  }

  private void read(List<P> places, long end) {
    while (found.size() < most && nanos.getAsLong() - end < 0) {
      int index = next.getAndIncrement();
      if (index >= places.size()) {
        return;
      }
      T one = lookup.apply(places.get(index));
      if (one != null) {
        found.add(one);
      }
      read.incrementAndGet();
    }
  }

  private static void await(Future<?> reader) {
    try {
      reader.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
  }
}
