package dev.posthorn.simulation;

import dev.posthorn.AttemptKind;
import dev.posthorn.spi.store.rows.AttemptRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/** The exchanges whose outcome is not on disk: they may be made again. */
final class OpenExchanges {
  private final SimTables tables;
  private final Map<List<Long>, Integer> uncounted = new HashMap<>();
  private final Map<List<Long>, Integer> counted = new HashMap<>();

  OpenExchanges(SimTables tables) {
    this.tables = tables;
  }

  /** An exchange starts. */
  void add(long message, long endpoint) {
    uncounted.merge(List.of(message, endpoint), 1, Integer::sum);
  }

  /** Gives up the open exchanges with some endpoints; returns how many there were. */
  int settle(LongPredicate endpoints) {
    int open = 0;
    for (Map.Entry<List<Long>, Integer> each : new ArrayList<>(uncounted.entrySet())) {
      List<Long> delivery = each.getKey();
      if (endpoints.test(delivery.getLast())) {
        int now = onDisk(delivery);
        uncounted.remove(delivery);
        open += each.getValue() - (now - counted.getOrDefault(delivery, 0));
        counted.put(delivery, now);
      }
    }
    return open;
  }

  /** Gives up all open exchanges, since the disk is another one. */
  void forget() {
    uncounted.keySet().forEach(delivery -> counted.put(delivery, 0));
    uncounted.clear();
    counted.replaceAll((delivery, before) -> onDisk(delivery));
  }

  private int onDisk(List<Long> delivery) {
    int count = tables.removedExchanges(delivery.getFirst(), delivery.getLast());
    for (AttemptRow row : tables.attemptsOf(delivery.getFirst())) {
      if (row.endpoint() == delivery.getLast() && row.kind() != AttemptKind.NONE) {
        count++;
      }
    }
    return count;
  }
}
