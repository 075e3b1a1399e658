package dev.posthorn.store.sqlite.internal;

/** What writes now: it is replaced once nobody knows what state it is in. */
final class CurrentSession {
  private volatile Session session;

  CurrentSession(Session session) {
    this.session = session;
  }

  Session get() {
    return session;
  }

  void set(Session fresh) {
    session = fresh;
  }
}
