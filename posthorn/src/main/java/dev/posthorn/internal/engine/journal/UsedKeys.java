package dev.posthorn.internal.engine.journal;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the entries of one batch: looked up in the store together, at the first question, or
 * not at all if there is none. Owned by the writer.
 */
final class UsedKeys {
  private final Reads store;
  private final long now;
  private final Map<DedupeKey, DedupeRow> found = new HashMap<>();
  private final Set<DedupeKey> looked = new LinkedHashSet<>();
  private final Set<DedupeKey> expected = new LinkedHashSet<>();
  private @Nullable StoreException failure;

  UsedKeys(Reads store, long now) {
    this.store = store;
    this.now = now;
  }

  void expect(List<DedupeKey> keys) {
    expected.addAll(keys);
  }

  /**
   * Returns the row of a key, in the store or in the batch, or null.
   *
   * @throws StoreException if the store cannot be read; it is asked once in a batch then
   */
  @Nullable DedupeRow find(DedupeKey key) {
    DedupeRow here = found.get(key);
    if (here == null && !looked.contains(key)) {
      expected.add(key);
      lookUp();
      here = found.get(key);
    }
    return here;
  }

  private void lookUp() {
    if (failure != null) {
      throw failure;
    }
    try {
      for (DedupeRow row : store.dedupe(expected, now)) {
        found.putIfAbsent(row.dedupeKey(), row); // what this batch remembers is newer
      }
    } catch (StoreException e) {
      failure = e;
      throw e;
    }
    looked.addAll(expected);
    expected.clear();
  }

  /** Remembers a key. */
  void put(DedupeRow row) {
    found.put(row.dedupeKey(), row);
  }
}
