package dev.posthorn.engine;

import dev.posthorn.store.Batch;
import dev.posthorn.store.LiveRow;
import dev.posthorn.store.Store;
import dev.posthorn.testkit.simulation.Launcher;
import java.util.List;

/** Engines with one mistake each, for tests of the simulation. */
public final class Mutants {
  private Mutants() {}

  private static Launcher launcher(Parts parts) {
    return (options, runtime, means) -> Engine.start(options, runtime, means, parts);
  }

  /** Every seventh commit is acknowledged but does not happen. */
  public static Launcher acknowledgesBeforeCommit() {
    return launcher(
        new Parts() {
          @Override
          Journal journal(EngineRuntime runtime, long retentionMillis) {
            return new Journal(runtime, retentionMillis) {
              private int count;

              @Override
              void commit(Store store, Batch batch) {
                count++;
                if (count % 7 != 0) {
                  super.commit(store, batch);
                }
              }
            };
          }
        });
  }

  /** Every tenth outcome of an attempt is lost: its rows are not written, its lane is told. */
  public static Launcher forgetsOutcomes() {
    return launcher(
        new Parts() {
          @Override
          Journal journal(EngineRuntime runtime, long retentionMillis) {
            return new Journal(runtime, retentionMillis) {
              private int count;

              @Override
              void commit(Store store, Batch batch) {
                if (!batch.attempts.isEmpty() && ++count % 10 == 0) {
                  long message = batch.attempts.get(0).message();
                  batch.attempts.remove(0);
                  batch.unhot.removeIf(row -> row.message() == message);
                  batch.unparked.removeIf(row -> row.message() == message);
                }
                super.commit(store, batch);
              }
            };
          }
        });
  }

  /** A page of parked rows loses its last row. */
  public static Launcher dropsParkedRows() {
    return launcher(
        new Parts() {
          @Override
          LaneQueue queue(boolean complete) {
            return new LaneQueue(complete) {
              @Override
              void pageArrived(List<LiveRow> rows, int limit, int room) {
                boolean some = !rows.isEmpty();
                super.pageArrived(some ? rows.subList(0, rows.size() - 1) : rows, limit, room);
              }
            };
          }
        });
  }

  /** What goes while a page is being read is not taken out of the page. */
  public static Launcher sendsAgainAfterSuccess() {
    return launcher(
        new Parts() {
          @Override
          LaneQueue queue(boolean complete) {
            return new LaneQueue(complete) {
              @Override
              void gone(LiveRow row) {
                // The mistake.
              }
            };
          }
        });
  }

  /** Slow lanes take as many permits as they like. */
  public static Launcher ignoresFairness() {
    return launcher(
        new Parts() {
          @Override
          Permits permits(EngineLimits limits, int loops) {
            return new Permits(limits, loops) {
              @Override
              int free(Standing standing) {
                return super.free(Standing.GOOD);
              }
            };
          }
        });
  }
}
