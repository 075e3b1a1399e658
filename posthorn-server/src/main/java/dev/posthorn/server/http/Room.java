package dev.posthorn.server.http;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory budget for bodies and answers of all connections. When it runs short, connections whose
 * clients have made no progress for the longest time are closed. Thread-safe.
 */
final class Room {
  private final Connections connections;
  private final long most;
  private final AtomicLong held = new AtomicLong();
  private final Fruitless search;

  Room(Connections connections, long most) {
    this.connections = connections;
    this.most = most;
    this.search = new Fruitless(connections.nanos());
  }

  /** Returns the number of bytes in use. */
  long held() {
    return held.get();
  }

  /**
   * Reserves room for bytes if available, closing other connections if necessary.
   *
   * @param small whether the body is small so far; small ones may exceed the budget by a quarter,
   *     so that large bodies cannot block them
   */
  boolean take(ClientConnection by, int bytes, boolean small) {
    hold(by, bytes);
    if (held.get() <= (small ? most + most / 4 : most) || make(by)) {
      return true;
    }
    free(by, bytes);
    return false;
  }

  /** Reserves room for bytes unconditionally, for an answer that already exists. */
  void hold(ClientConnection by, long bytes) {
    by.held().addAndGet(bytes);
    if (held.addAndGet(bytes) > most && bytes > Connections.PIECE) {
      var unused = make(by);
    }
  }

  /** Frees room. */
  void free(ClientConnection by, long bytes) {
    by.held().addAndGet(-bytes);
    held.addAndGet(-bytes);
  }

  /** Closes other connections that hold bytes, the longest without progress first. */
  private synchronized boolean make(ClientConnection by) {
    long over = held.get() - most;
    for (ClientConnection one : connections.leaving()) {
      over -= one.held().get();
    }
    if (over <= 0) {
      return true;
    }
    long now = connections.nanos();
    return !search.isFresh(now) && search.ended(close(by, over), connections.count(), now);
  }

  private boolean close(ClientConnection by, long over) {
    List<ClientConnection> standing =
        Aged.sorted(
            connections.all(),
            one -> one != by && one.isStanding() && one.held().get() > 0,
            ClientConnection::lastProgress);
    // A little more than needed, because searching for one takes as long as for many.
    long left = over + most / 16;
    for (ClientConnection one : standing) {
      if (left <= 0) {
        break;
      }
      left -= one.held().get();
      connections.drop(one);
    }
    return left <= most / 16;
  }
}
