package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.accept.AdmissionControl;
import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops an engine: waits for the outcomes of what is under way, then closes the runtime. */
final class EngineShutdown {
  private static final Logger LOG = LoggerFactory.getLogger(EngineShutdown.class);
  private static final long QUIET_NANOS = 5_000_000;
  private static final long CLOSE_MILLIS = 1_000;

  private final LaneContext context;
  private final List<ShardLoop> loops;
  private final AdmissionControl admission;
  private final Recovery recovery;
  private final EngineStats stats;
  private final Promises promises;

  EngineShutdown(
      LaneContext context,
      Shards shards,
      AdmissionControl admission,
      Recovery recovery,
      EngineStats stats,
      Promises promises) {
    this.context = context;
    this.loops = shards.all();
    this.admission = admission;
    this.recovery = recovery;
    this.stats = stats;
    this.promises = promises;
  }

  /**
   * Stops after the end for good: nothing starts any more, and everybody who waits gets an answer.
   */
  void afterEnd() {
    recovery.stop();
    stopLoops();
    context.guard().runForeign("giving up the lease", context.runtime().store()::abandon);
    context.journal().wake();
  }

  private void stopLoops() {
    for (ShardLoop loop : loops) {
      loop.execute(loop::stop);
    }
  }

  /** Stops; see {@link Engine#stop}. */
  CompletableFuture<Boolean> stop(long graceMillis) {
    admission.close();
    recovery.stop();
    stats.close();
    context.journal().stopUpkeep();
    // Others go on with what is theirs then, however long exchanges take here.
    context.guard().runForeign("giving away partitions", context.runtime().store()::leave);
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    // What has ended for good stores no outcome any more, so there is nothing to wait for.
    long grace = context.guard().condition().hasFailed() ? 0 : graceMillis;
    long until = context.clock().machine().nanoTime() + grace * 1_000_000;
    stopLoops();
    awaitQuiet(0, until, stopped);
    return stopped;
  }

  /** Asks one loop after the other; begins again until all were quiet in a row. */
  private void awaitQuiet(int index, long until, CompletableFuture<Boolean> stopped) {
    if (index == loops.size()) {
      stopped.complete(true);
      return;
    }
    ShardLoop loop = loops.get(index);
    loop.execute(
        () -> {
          if (loop.isQuiet() && admission.isQuiet()) {
            awaitQuiet(index + 1, until, stopped);
          } else if (context.clock().machine().nanoTime() - until >= 0) {
            stopped.complete(false);
          } else {
            loop.schedule(QUIET_NANOS, () -> awaitQuiet(0, until, stopped));
          }
        });
  }

  /** Stops, and closes the runtime; see {@link Engine#close}. */
  boolean close(long graceMillis) {
    boolean quiet = false;
    try {
      quiet = stop(graceMillis).get(graceMillis + CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("Event loops did not answer during the stop", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.warn("Engine did not stop in order, closed anyway", e);
    }
    context.guard().runForeign("closing the journal", context.journal()::close);
    context.guard().runForeign("closing what tells listeners", context.events()::close);
    context.runtime().close();
    promises.close();
    return quiet;
  }
}
