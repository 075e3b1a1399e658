package dev.posthorn.server.http;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The room that bytes of bodies and answers share over all connections. When there is not enough,
 * those close whose client has stood still for longest. Thread-safe.
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

  /** Returns how many bytes are taken. */
  long held() {
    return held.get();
  }

  /**
   * Takes room for bytes if there is any, or can be made.
   *
   * @param small whether they are all there is of something small, which has a quarter more, so
   *     that it finds room beside what is large
   */
  boolean take(ClientConnection by, int bytes, boolean small) {
    hold(by, bytes);
    if (held.get() <= (small ? most + most / 4 : most) || make(by)) {
      return true;
    }
    free(by, bytes);
    return false;
  }

  /** Takes room for bytes in any case: an answer that is made already. */
  void hold(ClientConnection by, long bytes) {
    by.held().addAndGet(bytes);
    if (held.addAndGet(bytes) > most && bytes > Connections.PIECE) {
      var unused = make(by);
    }
  }

  /** Gives room back. */
  void free(ClientConnection by, long bytes) {
    by.held().addAndGet(-bytes);
    held.addAndGet(-bytes);
  }

  /** Closes others that hold bytes and whose clients have stood still for longest. */
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
    // A little more than is needed, since to look for them takes as long for one as for many.
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
