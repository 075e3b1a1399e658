package dev.posthorn.internal.http.connection;

/** What an exchange is under way in: a connection being made, or one that carries its request. */
interface Carrier {

  /** Ends what is under way for an exchange that has ended before it; calls nothing back. */
  void abandon();

  /** Returns whether what it waits for is this process's own. */
  default boolean waitsForItself() {
    return false;
  }
}
