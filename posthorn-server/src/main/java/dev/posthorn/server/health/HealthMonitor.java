package dev.posthorn.server.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the health of a server process: reads its figures every ten seconds, or every two while
 * somebody watches, keeps them for charts, and checks the alerts. Thread-safe.
 */
public final class HealthMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);
  private static final long TICK_MILLIS = 2_000;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Supplier<Figures> reader;
  private final CopyOnWriteArrayList<Consumer<Status>> watchers = new CopyOnWriteArrayList<>();
  private final Map<Alert, Long> since = new EnumMap<>(Alert.class);
  private @Nullable History history;
  private volatile @Nullable ScheduledExecutorService thread;

  /** The figures that were read so far. */
  private static final class History {
    final Period period;
    final Series hour;
    final Series day;
    Status latest;

    History(Figures first) {
      this.period = new Period(first);
      this.hour = new Series(Duration.ofSeconds(20), Duration.ofHours(1), first);
      this.day = new Series(Duration.ofMinutes(6), Duration.ofDays(1), first);
      this.latest = new Status(first, List.of(), Point.between(first, first));
    }
  }

  /** The span of a chart. */
  public enum Span {
    /** The last hour. */
    HOUR,
    /** The last day. */
    DAY
  }

  /** Creates a monitor that does not read by itself yet. */
  public HealthMonitor(Supplier<Figures> reader) {
    this.reader = reader;
  }

  /** Starts to read regularly, on a thread of its own. */
  public void start() {
    ScheduledExecutorService made =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("posthorn-health").factory());
    thread = made;
    var unused = made.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      if (!watchers.isEmpty() || age() >= Period.STEP_MILLIS) {
        Status status = sample();
        watchers.forEach(watcher -> watcher.accept(status));
      }
    } catch (Throwable e) { // the next tick tries again
      LOG.warn("Health could not be read", e);
    }
  }

  /** Adds someone who gets each new status, on the monitor's thread, if not added before. */
  public void watch(Consumer<Status> watcher) {
    var unused = watchers.addIfAbsent(watcher);
  }

  /** Removes someone who was added. */
  public void unwatch(Consumer<Status> watcher) {
    watchers.remove(watcher);
  }

  /** Returns the health as of at most two seconds ago; reads the figures if necessary. */
  public synchronized Status status() {
    History known = history;
    return known == null || age() >= TICK_MILLIS ? sample() : known.latest;
  }

  /** Returns the points of a chart. */
  public synchronized Series series(Span span) {
    History known = history;
    if (known == null) {
      var unused = sample();
      return series(span);
    }
    return span == Span.HOUR ? known.hour : known.day;
  }

  private volatile long readNanos = System.nanoTime() - TimeUnit.MINUTES.toNanos(1);

  private long age() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - readNanos);
  }

  /** Reads the figures and returns the health. */
  synchronized Status sample() {
    Figures figures = reader.get();
    readNanos = System.nanoTime();
    History known = history;
    if (known == null) {
      known = new History(figures);
      history = known;
    } else {
      known.period.add(figures);
      known.hour.add(figures);
      known.day.add(figures);
    }
    Point minute = Point.between(known.period.before(MINUTE), figures);
    known.latest = new Status(figures, problems(known.period), minute);
    return known.latest;
  }

  private List<Problem> problems(Period period) {
    List<Problem> problems = new ArrayList<>();
    for (Alert alert : Alert.values()) {
      String finding = alert.find(period);
      if (finding == null) {
        since.remove(alert);
      } else {
        long from = since.computeIfAbsent(alert, one -> period.now().at());
        problems.add(new Problem(alert, finding, from));
      }
    }
    problems.sort(Comparator.comparing(problem -> problem.alert().level()));
    return List.copyOf(problems);
  }

  @Override
  public void close() {
    ScheduledExecutorService running = thread;
    if (running != null) {
      running.shutdownNow();
    }
  }
}
