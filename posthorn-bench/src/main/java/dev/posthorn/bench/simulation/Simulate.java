package dev.posthorn.bench.simulation;

import dev.posthorn.bench.Flags;
import dev.posthorn.internal.engine.Idle;
import dev.posthorn.simulation.Simulation;
import dev.posthorn.simulation.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs the simulation with one seed after the other; what {@code bin/posthorn simulate} runs.
 *
 * <p>Ends with 1 once a promise was broken, and prints the command that repeats that run. Ctrl-C
 * lets the runs under way end.
 */
public final class Simulate {
  private static final long RANDOM = -1;
  private static final int PROGRESS_SECONDS = 5;
  private static final int MOST_NODES = 5;

  private final long first;
  private final long last;
  private final long until;
  private final int nodes;
  private final AtomicLong next;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong exchanges = new AtomicLong();
  private final AtomicReference<@Nullable Violation> violation = new AtomicReference<>();
  private final CountDownLatch running;
  private final long startNanos = System.nanoTime();
  private volatile boolean stopping;

  private Simulate(Flags flags) {
    long from = flags.get("--from");
    first = from == RANDOM ? RandomGenerator.getDefault().nextLong(1_000_000_000_000L) : from;
    last = flags.get("--seeds") == 0 ? Long.MAX_VALUE : first + flags.get("--seeds") - 1;
    long seconds = flags.get("--seconds");
    until = seconds == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
    nodes = flags.number("--nodes");
    next = new AtomicLong(first);
    running = new CountDownLatch(flags.number("--threads"));
  }

  private static Flags flags() {
    return new Flags()
        .with("--seeds", 0)
        .with("--from", RANDOM)
        .with("--seconds", 0)
        .with("--nodes", 1)
        .with("--threads", Runtime.getRuntime().availableProcessors());
  }

  /** Takes the flags that the usage names. */
  public static void main(String[] args) throws InterruptedException {
    // The engine logs each fault that is planted.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    if (List.of(args).contains("--help")) {
      System.out.print(usage());
      return;
    }
    Flags flags = flags();
    try {
      flags.parse(args);
      if (flags.get("--seeds") < 0 || flags.get("--seconds") < 0 || flags.get("--threads") < 1) {
        throw new IllegalArgumentException(
            "--seeds and --seconds must be at least 0, --threads at least 1");
      }
      if (flags.get("--nodes") < 1 || flags.get("--nodes") > MOST_NODES) {
        throw new IllegalArgumentException("--nodes must be 1 to " + MOST_NODES);
      }
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
    if (!new Simulate(flags).run()) {
      System.exit(1);
    }
  }

  private static String usage() {
    return """
    simulate %s
        runs the engine in a simulated world of faults and crashes, and checks its promises: runs
        --seeds seeds, or for --seconds seconds, or until Ctrl-C without both; begins with a random
        seed, or with --from. With --nodes, that many engines share one database. A run depends only
        on its seed and the number of nodes.
    """
        .formatted(flags().usage());
  }

  private boolean run() throws InterruptedException {
    System.out.printf("Simulating from seed %d%n", first);
    Thread onExit = new Thread(this::stop);
    Runtime.getRuntime().addShutdownHook(onExit);
    List<Thread> threads = new ArrayList<>();
    for (long i = running.getCount(); i > 0; i--) {
      threads.add(Thread.ofPlatform().daemon().name("simulate-" + i).start(this::work));
    }
    while (!running.await(PROGRESS_SECONDS, TimeUnit.SECONDS)) {
      report();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (!stopping) {
      Runtime.getRuntime().removeShutdownHook(onExit);
      report();
    }
    return told();
  }

  /** Tells of a violation; returns whether there was none. */
  private boolean told() {
    Violation found = violation.get();
    if (found != null) {
      System.out.println(found.getMessage());
    }
    return found == null;
  }

  private void report() {
    long runs = done.get();
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    System.out.printf(
        "%,d runs in %.0f s (%.0f a second), %,d exchanges, %s%n",
        runs,
        seconds,
        runs / Math.max(seconds, 1e-3),
        exchanges.get(),
        violation.get() == null ? "no violation" : "a violation");
  }

  /** Lets the runs under way end; the process ends after it. */
  private void stop() {
    stopping = true;
    try {
      running.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    report();
    if (!told()) {
      System.out.flush();
      Runtime.getRuntime().halt(1);
    }
  }

  private void work() {
    try {
      while (!stopping && violation.get() == null && System.nanoTime() - startNanos < until) {
        long seed = next.getAndIncrement();
        if (seed > last) {
          return;
        }
        exchanges.addAndGet(Simulation.run(seed, nodes, Idle.checked()).exchanges());
        done.incrementAndGet();
      }
    } catch (Violation e) {
      violation.compareAndSet(null, e);
    } catch (RuntimeException | Error e) {
      violation.compareAndSet(null, new Violation("The simulation itself failed: " + e, e));
    } finally {
      running.countDown();
    }
  }
}
