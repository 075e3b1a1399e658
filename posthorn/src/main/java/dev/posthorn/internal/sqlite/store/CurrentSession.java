package dev.posthorn.internal.sqlite.store;

/** What writes now: it is replaced once nobody knows what state it is in. */
final class CurrentSession {
  private volatile WriterSession session;

  CurrentSession(WriterSession session) {
    this.session = session;
  }

  WriterSession get() {
    return session;
  }

  void set(WriterSession fresh) {
    session = fresh;
  }
}
