package dev.posthorn.server.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A client, known by its address, with its connections. */
final class Peer {
  private final Object key;
  private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();
  private final Fruitless search;

  Peer(Object key, long now) {
    this.key = key;
    this.search = new Fruitless(now);
  }

  /** Returns what all its connections have in common. */
  Object key() {
    return key;
  }

  /** Returns those of its connections that count. */
  Set<ClientConnection> connections() {
    return connections;
  }

  /** Returns how many of its connections count. */
  int number() {
    return connections.size();
  }

  /** Returns when one to close was last looked for among them in vain. */
  Fruitless search() {
    return search;
  }
}
