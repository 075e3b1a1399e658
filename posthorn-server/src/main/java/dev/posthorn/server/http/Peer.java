package dev.posthorn.server.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A client, identified by its address, with its connections. */
final class Peer {
  private final Object key;
  private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();
  private final Fruitless search;

  Peer(Object key, long now) {
    this.key = key;
    this.search = new Fruitless(now);
  }

  /** Returns the key that identifies the client. */
  Object key() {
    return key;
  }

  /** Returns the client's connections that count toward the limits. */
  Set<ClientConnection> connections() {
    return connections;
  }

  /** Returns the number of the client's connections that count. */
  int number() {
    return connections.size();
  }

  /** Returns the record of the last fruitless search for a connection to close. */
  Fruitless search() {
    return search;
  }
}
