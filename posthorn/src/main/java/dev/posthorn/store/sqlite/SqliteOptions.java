package dev.posthorn.store.sqlite;

import java.time.InstantSource;

/**
 * How a SQLite store is opened. Start from {@link #defaults()}.
 *
 * @param readers how many reads of the engine may run at the same time, 1 to 64, and how many lists
 *     of users, but of those no more than half of the processors; each may take 2 MB of memory
 * @param cacheBytes how much memory the writer uses for pages of the file, at least 1 MB
 * @param maxFileBytes how large the file may grow before commits are refused as {@code FULL}, or 0
 *     for no limit; the write-ahead log comes on top of it
 * @param clock tells when a remembered key has expired
 */
public record SqliteOptions(int readers, long cacheBytes, long maxFileBytes, InstantSource clock) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public SqliteOptions {
    check(readers >= 1 && readers <= 64, "readers", readers, "use 1 to 64");
    check(cacheBytes >= 1 << 20, "cacheBytes", cacheBytes, "use at least 1048576");
    check(maxFileBytes >= 0, "maxFileBytes", maxFileBytes, "use 0 for no limit");
  }

  /** Returns four readers, 32 MB of cache, no limit of size, and the system's clock. */
  public static SqliteOptions defaults() {
    return new SqliteOptions(4, 32L << 20, 0, InstantSource.system());
  }

  /** Returns the same with another number of readers. */
  public SqliteOptions withReaders(int number) {
    return new SqliteOptions(number, cacheBytes, maxFileBytes, clock);
  }

  /** Returns the same with another size of the writer's cache. */
  public SqliteOptions withCacheBytes(long bytes) {
    return new SqliteOptions(readers, bytes, maxFileBytes, clock);
  }

  /** Returns the same with another limit of the file's size. */
  public SqliteOptions withMaxFileBytes(long bytes) {
    return new SqliteOptions(readers, cacheBytes, bytes, clock);
  }

  /** Returns the same with another clock. */
  public SqliteOptions withClock(InstantSource source) {
    return new SqliteOptions(readers, cacheBytes, maxFileBytes, source);
  }

  private static void check(boolean ok, String field, long value, String remedy) {
    if (!ok) {
      throw new IllegalArgumentException(field + " is " + value + "; " + remedy);
    }
  }
}
