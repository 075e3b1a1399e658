package dev.posthorn;

import java.time.Duration;

/**
 * How a SQLite store is opened. Start from {@link #defaults()}.
 *
 * @param readers how many reads of the engine may run at the same time, 1 to 64, and how many lists
 *     of users, but of those no more than half of the processors; each may take 2 MB of memory
 * @param cacheBytes how much memory the writer uses for pages of the file, at least 1 MB
 * @param maxFileBytes how large the file may grow before commits are refused as {@code FULL}, or 0
 *     for no limit; the write-ahead log comes on top of it
 * @param lockWait how long to wait while the file is open elsewhere
 */
public record SqliteOptions(int readers, long cacheBytes, long maxFileBytes, Duration lockWait) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public SqliteOptions {
    check(readers >= 1 && readers <= 64, "readers", readers, "use 1 to 64");
    check(cacheBytes >= 1 << 20, "cacheBytes", cacheBytes, "use at least 1048576");
    check(maxFileBytes >= 0, "maxFileBytes", maxFileBytes, "use 0 for no limit");
    check(!lockWait.isNegative(), "lockWait", lockWait, "use zero for not at all");
  }

  /** Returns four readers, 32 MB of cache, no limit of size, and no waiting for the lock. */
  public static SqliteOptions defaults() {
    return new SqliteOptions(4, 32L << 20, 0, Duration.ZERO);
  }

  /** Returns the same with another number of readers. */
  public SqliteOptions withReaders(int number) {
    return new SqliteOptions(number, cacheBytes, maxFileBytes, lockWait);
  }

  /** Returns the same with another size of the writer's cache. */
  public SqliteOptions withCacheBytes(long bytes) {
    return new SqliteOptions(readers, bytes, maxFileBytes, lockWait);
  }

  /** Returns the same with another limit of the file's size. */
  public SqliteOptions withMaxFileBytes(long bytes) {
    return new SqliteOptions(readers, cacheBytes, bytes, lockWait);
  }

  /** Returns the same with another time to wait while the file is open elsewhere. */
  public SqliteOptions withLockWait(Duration time) {
    return new SqliteOptions(readers, cacheBytes, maxFileBytes, time);
  }

  private static void check(boolean ok, String field, Object value, String remedy) {
    if (!ok) {
      throw new IllegalArgumentException(field + " is " + value + "; " + remedy);
    }
  }
}
