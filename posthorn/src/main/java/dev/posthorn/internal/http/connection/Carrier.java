package dev.posthorn.internal.http.connection;

/** Carrier of an exchange in flight: a connection being opened, or one that carries its request. */
interface Carrier {

  /** Ends the work for an exchange that has ended before it; makes no callback. */
  void abandon();

  /** Returns whether it waits for a resource of this process. */
  default boolean waitsForItself() {
    return false;
  }
}
