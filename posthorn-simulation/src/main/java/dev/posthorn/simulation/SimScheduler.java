package dev.posthorn.simulation;

import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one engine as queues in virtual time. Each loop runs its tasks in the order given;
 * what runs next among the loops is up to chance.
 *
 * <p>A task of an event loop takes no time. The writer and the workers block: what they hand to
 * others arrives some time after the store answered them, so others act meanwhile on what they knew
 * before, and a crash may come in between.
 */
public final class SimScheduler implements Scheduler {
  private static final long MICRO = 1_000;

  private final SimClock clock;

  /** The clock of the machine, by which timers go. */
  private final Clock timers;

  private final RandomGenerator random;
  private final List<Loop> loops = new ArrayList<>();
  private final SimLoop writer = new SimLoop(true);
  private int oneSlowReadIn;
  private int oneSlowCommitIn = 30;
  private boolean dead;

  /** The time at which the process goes on, if it stands still. */
  private long pausedUntil;

  /** Tasks that came since it stands still. */
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

  /** The longest time that the store takes for each answer, beside what it always takes. */
  private long slowNanos;

  /** The time at which the others hear of the task that runs. */
  private long effectsAt;

  private @Nullable SimLoop current;
  private boolean inWorker;
  private @Nullable List<Runnable> held;

  /** Creates a scheduler with so many event loops. */
  public SimScheduler(SimClock clock, RandomGenerator random, int loopCount) {
    this(clock, clock, random, loopCount);
  }

  /** Creates a scheduler on a machine that has a clock of its own. */
  SimScheduler(SimClock clock, Clock timers, RandomGenerator random, int loopCount) {
    this.clock = clock;
    this.timers = timers;
    this.random = random;
    this.oneSlowReadIn = random.nextInt(3) == 0 ? 2 : 20;
    for (int i = 0; i < loopCount; i++) {
      loops.add(new SimLoop(false));
    }
  }

  /** No read takes long from now on. */
  void readQuickly() {
    oneSlowReadIn = Integer.MAX_VALUE;
  }

  /** No turn of the writer takes long from now on. */
  void commitQuickly() {
    oneSlowCommitIn = Integer.MAX_VALUE;
  }

  @Override
  public List<Loop> loops() {
    return loops;
  }

  @Override
  public Loop writer() {
    return writer;
  }

  @Override
  public Executor workers() {
    return task -> deliver(() -> after(readNanos(), () -> run(null, task, true, readNanos())));
  }

  @Override
  public Executor callbacks() {
    return task ->
        deliver(() -> after(random.nextInt(30) * MICRO, () -> run(null, task, false, 0)));
  }

  /** Returns whether the task that runs now is a worker's. */
  boolean inWorker() {
    return inWorker;
  }

  boolean isDead() {
    return dead;
  }

  /** Drops everything: no task runs any more. */
  @Override
  public void close() {
    dead = true;
  }

  /** Most reads are short; some, or many, are so long that much happens meanwhile. */
  private long readNanos() {
    long most = random.nextInt(oneSlowReadIn) == 0 ? 3_000_000 : 2_000;
    return random.nextLong(most) * MICRO + slowness();
  }

  private long commitNanos() {
    long most = random.nextInt(oneSlowCommitIn) == 0 ? 300_000 : 4_000;
    return random.nextLong(most) * MICRO + slowness();
  }

  private long slowness() {
    return slowNanos == 0 ? 0 : random.nextLong(slowNanos);
  }

  /** Sets the time by which answers of the store come later, at most. */
  void slow(long mostNanos) {
    slowNanos = mostNanos;
  }

  /** Stops the process for a time, as SIGSTOP does: nothing runs, and all that comes waits. */
  void pause(long nanos) {
    pausedUntil = Math.max(pausedUntil, clock.nanoTime() + nanos);
    clock.after(nanos, this::wake);
  }

  /** Lets a process go on that stands still. */
  void resume() {
    pausedUntil = 0;
    clock.after(0, this::wake);
  }

  /** Runs what came while the process stood still, in order. */
  private void wake() {
    while (!isPaused() && !dead && !waiting.isEmpty()) {
      waiting.remove().run();
    }
  }

  boolean isPaused() {
    return pausedUntil > clock.nanoTime();
  }

  /** Returns the time at which others hear of what the task does that runs. */
  long effectsAt() {
    return Math.max(Math.max(effectsAt, pausedUntil), clock.nanoTime());
  }

  /** Runs a task of another thread of the process after a time, by the time of the world. */
  void after(long nanos, Runnable task) {
    clock.after(nanos, () -> whenAwake(task));
  }

  /** Runs a task now, or once the process goes on; never, if it is dead. */
  private void whenAwake(Runnable task) {
    if (dead) {
      return;
    }
    if (isPaused() || !waiting.isEmpty()) {
      waiting.add(task);
    } else {
      task.run();
    }
  }

  private void deliver(Runnable effect) {
    List<Runnable> later = held;
    if (later != null) {
      later.add(effect);
    } else {
      effect.run();
    }
  }

  private void run(@Nullable SimLoop loop, Runnable task, boolean worker, long effectNanos) {
    if (dead) {
      return;
    }
    List<Runnable> effects = new ArrayList<>();
    current = loop;
    inWorker = worker;
    held = effectNanos > 0 ? effects : null;
    effectsAt = clock.nanoTime() + effectNanos;
    try {
      task.run();
    } catch (Violation | SimCrash e) {
      throw e;
    } catch (RuntimeException | Error e) {
      throw new Violation("a task of the engine threw what it should have caught: " + e, e);
    } finally {
      current = null;
      inWorker = false;
      held = null;
    }
    if (!effects.isEmpty()) {
      after(effectNanos, () -> effects.forEach(Runnable::run));
    }
  }

  private final class SimLoop implements Loop {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final boolean blocks;
    private long busyUntil;

    SimLoop(boolean blocks) {
      this.blocks = blocks;
    }

    @Override
    public void execute(Runnable task) {
      deliver(() -> enqueue(task));
    }

    private void enqueue(Runnable task) {
      tasks.add(task);
      after(random.nextInt(30) * MICRO, this::runNext);
    }

    private void runNext() {
      long wait = busyUntil - clock.nanoTime();
      if (wait > 0) {
        after(wait, this::runNext);
        return;
      }
      Runnable task = tasks.remove();
      long effectNanos = blocks ? 1 + commitNanos() : 0;
      busyUntil = clock.nanoTime() + effectNanos;
      run(this, task, false, effectNanos);
    }

    @Override
    public void executeSoon(Runnable task) {
      var unused = schedule(SOON_NANOS, task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      boolean[] cancelled = new boolean[1];
      Runnable unlessCancelled =
          () -> {
            if (!cancelled[0]) {
              task.run();
            }
          };
      deliver(() -> at(timers.nanoTime() + delayNanos, delayNanos, unlessCancelled));
      return () -> cancelled[0] = true;
    }

    /** Queues a task at a time by the machine's clock, which may run slower than the world's. */
    private void at(long nanos, long left, Runnable task) {
      after(
          left,
          () -> {
            long more = nanos - timers.nanoTime();
            if (more > 0) {
              at(nanos, more, task);
            } else {
              enqueue(task);
            }
          });
    }

    @Override
    public boolean inLoop() {
      return current == this;
    }
  }
}
