package dev.posthorn.internal.engine.lane;

import dev.posthorn.spi.store.reads.LoadedMessages;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Messages that were read for a lane, until its deliveries have taken them. */
final class LoadedPayloads {
  private final Map<Long, MessageRow> found = new HashMap<>();
  private final Set<Long> missing = new HashSet<>();
  private final long tooLarge;
  private final int tooLargeBytes;

  LoadedPayloads(long[] ids, LoadedMessages loaded) {
    for (int i = 0; i < loaded.examined(); i++) {
      missing.add(ids[i]);
    }
    for (MessageRow row : loaded.rows()) {
      if (!row.expunged()) { // an expunged one is as if it were not there
        missing.remove(row.id());
        found.put(row.id(), row);
      }
    }
    boolean all = loaded.examined() == ids.length;
    tooLarge = all ? 0 : ids[loaded.examined()];
    tooLargeBytes = loaded.nextBytes();
  }

  /** Gives away a message, or returns null. */
  @Nullable MessageRow take(long message) {
    return found.remove(message);
  }

  /** Returns whether the store has no such message, or no payload of it, though it was asked. */
  boolean isMissing(long message) {
    return missing.contains(message);
  }

  /** Tells a delivery how large its payload is if it did not fit. */
  void measure(Delivery delivery) {
    if (delivery.row.message() == tooLarge) {
      delivery.bytes = tooLargeBytes;
    }
  }
}
