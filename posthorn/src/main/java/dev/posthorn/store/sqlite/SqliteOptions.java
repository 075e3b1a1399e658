package dev.posthorn.store.sqlite;

/**
 * How a SQLite store is opened. Start from {@link #defaults()}.
 *
 * @param readers how many reads of the engine may run at the same time, 1 to 64, and how many lists
 *     of users, but of those no more than half of the processors; each may take 2 MB of memory
 * @param cacheBytes how much memory the writer uses for pages of the file, at least 1 MB
 * @param maxFileBytes how large the file may grow before commits are refused as {@code FULL}, or 0
 *     for no limit; the write-ahead log comes on top of it
 */
public record SqliteOptions(int readers, long cacheBytes, long maxFileBytes) {

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

  /** Returns four readers, 32 MB of cache, and no limit of size. */
  public static SqliteOptions defaults() {
    return new SqliteOptions(4, 32L << 20, 0);
  }

  /** Returns the same with another number of readers. */
  public SqliteOptions withReaders(int number) {
    return new SqliteOptions(number, cacheBytes, maxFileBytes);
  }

  /** Returns the same with another size of the writer's cache. */
  public SqliteOptions withCacheBytes(long bytes) {
    return new SqliteOptions(readers, bytes, maxFileBytes);
  }

  /** Returns the same with another limit of the file's size. */
  public SqliteOptions withMaxFileBytes(long bytes) {
    return new SqliteOptions(readers, cacheBytes, bytes);
  }

  private static void check(boolean ok, String field, long value, String remedy) {
    if (!ok) {
      throw new IllegalArgumentException(field + " is " + value + "; " + remedy);
    }
  }
}
