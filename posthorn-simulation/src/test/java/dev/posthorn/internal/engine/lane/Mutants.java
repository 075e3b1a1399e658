package dev.posthorn.internal.engine.lane;

import dev.posthorn.AttemptKind;
import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.accept.MessageEntry;
import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.Ownership;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsMemory;
import dev.posthorn.internal.engine.journal.WallTime;
import dev.posthorn.internal.engine.registry.EndpointRegistry;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.simulation.Launcher;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Engines with one mistake each, for tests of the simulation. */
public final class Mutants {
  private Mutants() {}

  /** Every seventh commit is acknowledged but does not happen. */
  public static Launcher acknowledgesBeforeCommit() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          public Journal journal(
              EngineRuntime runtime, Guard guard, SettingsMemory settings, long retentionMillis) {
            return new Journal(runtime, guard, settings, retentionMillis) {
              private int count;

              @Override
              public void commit(Store store, Batch batch) {
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
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          public Journal journal(
              EngineRuntime runtime, Guard guard, SettingsMemory settings, long retentionMillis) {
            return new Journal(runtime, guard, settings, retentionMillis) {
              private int count;

              @Override
              public void commit(Store store, Batch batch) {
                PartitionBatch rows = withAttempts(batch);
                if (rows != null && ++count % 10 == 0) {
                  long message = rows.attempts.getFirst().message();
                  rows.attempts.removeFirst();
                  rows.hotRemovals.removeIf(row -> row.message() == message);
                  rows.parkedRemovals.removeIf(row -> row.message() == message);
                }
                super.commit(store, batch);
              }
            };
          }
        });
  }

  private static @Nullable PartitionBatch withAttempts(Batch batch) {
    return batch.partitions().stream()
        .filter(rows -> !rows.attempts.isEmpty())
        .findFirst()
        .orElse(null);
  }

  /** Every tenth outcome of an attempt is written to another partition than the delivery's. */
  public static Launcher writesToAnotherPartition() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          public Journal journal(
              EngineRuntime runtime, Guard guard, SettingsMemory settings, long retentionMillis) {
            return new Journal(runtime, guard, settings, retentionMillis) {
              private int count;

              @Override
              public void commit(Store store, Batch batch) {
                PartitionBatch rows = withAttempts(batch);
                if (rows != null && ++count % 10 == 0) {
                  moveOutcome(rows, batch.in((rows.partition() + 1) % store.partitions()));
                }
                super.commit(store, batch);
              }
            };
          }
        });
  }

  private static void moveOutcome(PartitionBatch from, PartitionBatch to) {
    AttemptRow attempt = from.attempts.removeFirst();
    to.attempts.add(attempt);
    move(attempt, from.hotRemovals, to.hotRemovals);
    move(attempt, from.parkedRemovals, to.parkedRemovals);
    move(attempt, from.parked, to.parked);
  }

  private static void move(AttemptRow attempt, List<LiveRow> from, List<LiveRow> to) {
    from.stream().filter(row -> row.id() == attempt.delivery()).forEach(to::add);
    from.removeIf(row -> row.id() == attempt.delivery());
  }

  /** Whatever the machine's clock says is believed at once. */
  public static Launcher believesEveryClock() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          public Journal journal(
              EngineRuntime runtime, Guard guard, SettingsMemory settings, long retentionMillis) {
            WallTime wall =
                new WallTime(runtime.clock(), 0) {
                  @Override
                  public long offset() {
                    return runtime.clock().millis()
                        - Math.floorDiv(runtime.clock().nanoTime(), 1_000_000L);
                  }
                };
            return new Journal(runtime, guard, settings, retentionMillis, wall);
          }
        });
  }

  /** A page of parked rows loses its last row. */
  public static Launcher dropsParkedRows() {
    return MutantLaunchers.withParts(
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

  /** Forgets at the end of the process that a recovery has one attempt. */
  public static Launcher forgetsRecoveries() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          LaneQueue queue(boolean complete) {
            return new LaneQueue(complete) {
              @Override
              void pageArrived(List<LiveRow> rows, int limit, int room) {
                super.pageArrived(rows.stream().map(Mutants::withSchedule).toList(), limit, room);
              }
            };
          }
        });
  }

  private static LiveRow withSchedule(LiveRow row) {
    return row.kind() != AttemptKind.RECOVERY ? row : row.withKind(AttemptKind.REPLAY);
  }

  /** A row that goes while a page is being read stays in the page. */
  public static Launcher sendsAgainAfterSuccess() {
    return MutantLaunchers.withParts(
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

  /** A shortage of the process counts as a failure of the receiver. */
  public static Launcher blamesReceiversForShortages() {
    return (config, runtime) ->
        Engine.start(config, withTransport(runtime, blaming(runtime.transport())));
  }

  private static EngineRuntime withTransport(EngineRuntime runtime, Transport transport) {
    return runtime.withTransport(transport);
  }

  private static Transport blaming(Transport transport) {
    return new Transport() {
      @Override
      public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
        transport.exchange(loop, request, result -> done.accept(blamed(result)));
      }

      private ExchangeResult blamed(ExchangeResult result) {
        return result.isOwnShortage()
            ? new ExchangeResult.Failure(new ErrorClass.Connect(), "", result.timings())
            : result;
      }

      @Override
      public void close() {
        transport.close();
      }
    };
  }

  /** Cancellations are on disk, and nobody reads them. */
  public static Launcher ignoresCancellations() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          public Cancellations cancellations(
              EndpointRegistry registry, Ownership ownership, Lease lease) {
            return new Cancellations(registry, ownership, lease) {
              @Override
              boolean isCancelled(RegisteredEndpoint endpoint, LiveRow row) {
                return false;
              }
            };
          }
        });
  }

  /** Cancellations are forgotten when the process ends. */
  public static Launcher forgetsCancellations() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          public Cancellations cancellations(
              EndpointRegistry registry, Ownership ownership, Lease lease) {
            return new Cancellations(registry, ownership, lease) {
              @Override
              public List<PartitionRow<LiveRow>> restore(Reads store, Set<Integer> partitions) {
                return List.of();
              }
            };
          }
        });
  }

  /** While the store is full messages wait for it too, and what must be stored waits with them. */
  public static Launcher triesMessagesWithOutcomes() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          public Journal journal(
              EngineRuntime runtime, Guard guard, SettingsMemory settings, long retentionMillis) {
            return new Journal(runtime, guard, settings, retentionMillis) {
              @Override
              public void submit(Entry entry) {
                super.submit(entry instanceof MessageEntry message ? new Patient(message) : entry);
              }
            };
          }
        });
  }

  /** A message that is not refused. */
  private record Patient(MessageEntry message) implements Journal.Entry {
    @Override
    public List<DedupeKey> keys() {
      return message.keys();
    }

    @Override
    public void prepare(JournalBatch batch) {
      message.prepare(batch);
    }

    @Override
    public void committed(JournalBatch batch) {
      message.committed(batch);
    }

    @Override
    public void posted() {
      message.posted();
    }

    @Override
    public void doubtful(PosthornException why) {
      message.doubtful(why);
    }

    @Override
    public void failed(PosthornException why) {
      message.failed(why);
    }

    @Override
    public boolean refusable() {
      return false;
    }

    @Override
    public int weight() {
      return message.weight();
    }
  }

  /** Payloads under way have as much room as they like. */
  public static Launcher ignoresBytes() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          Permits permits(EngineLimits limits, int loops) {
            return new Permits(limits, loops) {
              @Override
              long freeBytes(Standing standing, Size size) {
                return Long.MAX_VALUE / 4; // some of it is doubled
              }
            };
          }
        });
  }
}
