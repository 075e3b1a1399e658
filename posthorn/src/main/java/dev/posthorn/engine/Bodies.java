package dev.posthorn.engine;

import dev.posthorn.store.MessageRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Payloads that were read for a lane. */
final class Bodies {
  private final Map<Long, Payload> found = new HashMap<>();
  private final Set<Long> missing = new HashSet<>();

  Bodies(long[] ids, List<MessageRow> rows, Core core) {
    for (long id : ids) {
      missing.add(id);
    }
    for (MessageRow row : rows) {
      if (!row.expunged()) { // an expunged one is as if it were not there
        missing.remove(row.id());
        found.put(row.id(), core.payload(row, 1));
      }
    }
  }

  /** Gives away the payload of a message, or returns null. */
  @Nullable Payload take(long message) {
    return found.remove(message);
  }

  /** Returns whether the store has no such message, though it was asked for. */
  boolean isMissing(long message) {
    return missing.contains(message);
  }

  boolean isEmpty() {
    return found.isEmpty() && missing.isEmpty();
  }

  /** Gives back what nobody took. */
  void releaseRest() {
    found.values().forEach(Payload::release);
    found.clear();
  }
}
