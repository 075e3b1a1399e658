package dev.posthorn.internal.sqlite.store;

/** The current writer session, which is replaced once its state is unknown. */
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
