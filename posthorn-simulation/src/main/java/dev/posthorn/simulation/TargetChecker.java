package dev.posthorn.simulation;

import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Checks that a message is for each endpoint that has wanted it for long. */
final class TargetChecker {
  private static final long SETTLED_NANOS = 30_000_000_000L;

  private final SimTables tables;
  private final SimClock clock;
  private final Map<Long, Seen> seen = new HashMap<>();

  /** An endpoint's row, and since when it is as it is. */
  private record Seen(EndpointRow row, long nanos) {}

  TargetChecker(SimTables tables, SimClock clock) {
    this.tables = tables;
    this.clock = clock;
  }

  /** A message was accepted. */
  void require(MessageRow message) {
    tables.eachEndpoint().forEach(endpoint -> requireTargeted(message, endpoint));
  }

  /** An endpoint that has been as it is for long, and wants a message, must be a target of it. */
  private void requireTargeted(MessageRow message, EndpointRow endpoint) {
    Seen before = seen.get(endpoint.id());
    if (before == null || !before.row.equals(endpoint)) {
      before = new Seen(endpoint, clock.nanoTime());
      seen.put(endpoint.id(), before);
    }
    boolean wanted =
        endpoint.state().accepts()
            && endpoint.application() == message.application()
            && (endpoint.spec().eventTypes().isEmpty()
                || endpoint.spec().eventTypes().contains(message.type()));
    if (wanted
        && clock.nanoTime() - before.nanos > SETTLED_NANOS
        && Arrays.stream(message.targets()).noneMatch(target -> target == endpoint.id())) {
      throw new Violation("P2: message " + message.id() + " is not for " + endpoint.id());
    }
  }
}
