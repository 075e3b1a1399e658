package dev.posthorn.server.http;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** A connection with its age at one moment, since to sort needs what does not change. */
record Aged(ClientConnection connection, long since) implements Comparable<Aged> {

  /** Returns some connections, those first that have been something since the earliest time. */
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
