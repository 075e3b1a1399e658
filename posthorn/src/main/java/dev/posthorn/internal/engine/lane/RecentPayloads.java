package dev.posthorn.internal.engine.lane;

import dev.posthorn.spi.store.reads.LoadedMessages;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The small payloads that were read within the last second: the retries of a message for a thousand
 * endpoints come together, so most of them need no read of their own. At most 256 KB. Owned by the
 * loop.
 */
final class RecentPayloads {
  private static final long KEPT_NANOS = 1_000_000_000;
  private static final int MOST = 64;
  private static final int MAX_BYTES = 4_096;

  /** Reads of more messages are those of a backlog, of which each is wanted once. */
  private static final int FEW = 4;

  /** The rows by message, the one that was read first at the beginning. */
  private final LinkedHashMap<Long, Kept> rows = new LinkedHashMap<>();

  private record Kept(MessageRow row, long since) {}

  /** Keeps what was read, unless it is large or much. */
  void add(LoadedMessages loaded, long now) {
    removeOld(now);
    if (loaded.examined() > FEW) {
      return;
    }
    for (MessageRow row : loaded.rows()) {
      if (row.body().length <= MAX_BYTES) {
        rows.putLast(row.id(), new Kept(row, now));
      }
    }
    while (rows.size() > MOST) {
      rows.pollFirstEntry();
    }
  }

  /** Returns the messages with some ids if all are here, and fit into so many bytes; else null. */
  @Nullable LoadedMessages find(long[] ids, long maxBytes, long now) {
    removeOld(now);
    List<MessageRow> found = new ArrayList<>(Math.min(ids.length, FEW));
    long left = maxBytes;
    for (long id : ids) {
      Kept kept = rows.get(id);
      if (kept == null || kept.row.body().length > left) {
        return null;
      }
      left -= kept.row.body().length;
      found.add(kept.row);
    }
    return new LoadedMessages(found, ids.length, 0);
  }

  private void removeOld(long now) {
    for (Map.Entry<Long, Kept> first;
        (first = rows.firstEntry()) != null && now - first.getValue().since > KEPT_NANOS; ) {
      rows.pollFirstEntry();
    }
  }
}
