package dev.posthorn.spi.store;

/** Assignment of applications to partitions. Rows depend on it for ever, so it never changes. */
public final class Partitions {
  private Partitions() {}

  /**
   * Returns the partition of an application: its id, mixed by the 64-bit finalizer of MurmurHash3
   * (Austin Appleby, public domain), modulo the number of partitions.
   *
   * @param application the id of the application
   * @param count the number of partitions, a power of two
   */
  public static int of(long application, int count) {
    long hash = application;
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return (int) (hash ^ hash >>> 33) & (count - 1);
  }
}
