package dev.posthorn.bench.delivery;

/** Something that delivers messages durably, to be measured. */
public interface Subject extends AutoCloseable {

  /**
   * Hands in a message for one of the endpoints.
   *
   * @param done run once its outcome is on disk
   */
  void send(int endpoint, byte[] body, Runnable done);

  /** Returns a line about commits, for people. */
  String commits();

  @Override
  void close() throws Exception;
}
