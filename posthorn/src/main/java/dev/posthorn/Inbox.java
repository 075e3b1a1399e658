package dev.posthorn;

/**
 * The inbox: rows that {@link Application#send(java.sql.Connection, NewMessage)} wrote in your
 * transactions, until Posthorn's relay has stored and deleted them. Thread-safe.
 */
public interface Inbox {

  /**
   * Makes the relay look for rows at once. Call it after a transaction that sent messages is
   * committed, if you know of that; without it, the relay looks often after a {@code send} in this
   * process, and else once in {@link InboxOptions#pollInterval}. Returns at once, and may be called
   * at any time.
   */
  void nudge();

  /** Returns figures of this moment, at no cost. */
  InboxStats stats();

  /**
   * Makes the relay try all rejected rows again, once you have removed the reason.
   *
   * @return the number of rows
   * @throws PosthornException with STORE_FAILED if the database cannot be reached
   */
  int retryRejected();
}
