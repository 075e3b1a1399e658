package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.LiveRow;
import dev.posthorn.transport.Timings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Cancels deliveries that are only in the store. Those that have left it meanwhile stay as they
 * are.
 */
final class CancelEntry implements Journal.Entry {
  private final ShardLoop loop;
  private final List<LiveRow> rows;
  private @Nullable IntConsumer done;
  private int refusals;

  /** The rows that are cancelled, by those that were given. */
  private Map<LiveRow, LiveRow> present = Map.of();

  private List<AttemptRow> attempts = List.of();

  /**
   * Creates the entry.
   *
   * @param rows one row; or several parked ones of one endpoint, in their order; or none
   * @param done called on the loop with how many it cancelled, once that is on disk; or with 0 when
   *     the engine closes before
   */
  CancelEntry(ShardLoop loop, List<LiveRow> rows, @Nullable IntConsumer done) {
    this.loop = loop;
    this.rows = rows;
    this.done = done;
  }

  @Override
  public void prepare(Writing writing) {
    Set<LiveRow> live = live(writing);
    present = new LinkedHashMap<>();
    for (LiveRow row : rows) {
      LiveRow now = live.contains(row) ? row : moved(row, live);
      if (now != null && !writing.isRemoved(now)) {
        writing.batch.remove(now);
        present.put(row, now);
      }
    }
    attempts = present.values().stream().map(row -> cancelled(row, writing)).toList();
    writing.batch.attempts.addAll(attempts);
  }

  private Set<LiveRow> live(Writing writing) {
    return switch (rows.size()) {
      case 0 -> Set.of();
      case 1 -> writing.live(rows.get(0).message());
      default -> writing.parked(rows);
    };
  }

  /**
   * Returns the row that a delivery has by now, since it waits for another attempt or was parked
   * after the row was read, or null. One that was begun again is another matter.
   */
  private static @Nullable LiveRow moved(LiveRow row, Set<LiveRow> live) {
    for (LiveRow now : live) {
      if (now.id() == row.id() && now.kind() == row.kind()) {
        return now;
      }
    }
    return null;
  }

  private static AttemptRow cancelled(LiveRow row, Writing writing) {
    return new AttemptRow(
        writing.nextId(0),
        row.message(),
        row.id(),
        row.endpoint(),
        AttemptKind.NONE,
        DeliveryState.CANCELLED,
        row.attempts(),
        0,
        EndReason.CANCELLED.code(),
        Timings.NONE,
        new byte[0],
        0);
  }

  @Override
  public void committed(Writing writing) {
    writing.post(
        loop,
        () -> {
          for (LiveRow row : rows) {
            LiveRow removed = present.get(row);
            if (removed != null) {
              loop.rowCancelled(removed);
            } else {
              loop.cancelIfLoaded(row); // it waits for another attempt by now
            }
          }
          attempts.forEach(loop::attempted);
          if (done != null) {
            done.accept(present.size());
          }
        });
  }

  @Override
  public void failed(PosthornException why) {
    if (why.reason() != Reason.CLOSED) {
      // It was promised, so it is tried until it can be stored.
      loop.schedule(RefusalPause.nanos(refusals++), () -> loop.core().journal().submit(this));
    } else if (done != null) {
      IntConsumer told = done;
      loop.execute(() -> told.accept(0));
    }
  }

  @Override
  public int weight() {
    return 1 + rows.size();
  }

  @Override
  public boolean refusable() {
    return false;
  }
}
