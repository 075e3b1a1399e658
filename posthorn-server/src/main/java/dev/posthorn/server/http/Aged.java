package dev.posthorn.server.http;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** A connection with a snapshot of its age, because sorting needs keys that do not change. */
record Aged(ClientConnection connection, long since) implements Comparable<Aged> {

  /** Returns the selected connections, earliest time first. */
  static List<ClientConnection> sorted(
      Collection<ClientConnection> among,
      Predicate<ClientConnection> which,
      ToLongFunction<ClientConnection> since) {
    return among.stream()
        .filter(which)
        .map(one -> new Aged(one, since.applyAsLong(one)))
        .sorted()
        .map(Aged::connection)
        .toList();
  }

  @Override
  public int compareTo(Aged other) {
    return Long.compare(since - other.since, 0);
  }
}
