package dev.posthorn;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Options of a SQLite store. Immutable. */
public final class SqliteOptions {
  private final int readers;
  private final long cacheSize;
  private final long maxFileSize;
  private final Duration lockTimeout;

  private SqliteOptions(Builder builder) {
    this.readers = builder.readers;
    this.cacheSize = builder.cacheSize;
    this.maxFileSize = builder.maxFileSize;
    this.lockTimeout = builder.lockTimeout;
  }

  /** Returns four readers, 32 MiB of cache, no limit of size, and no waiting for the lock. */
  public static SqliteOptions defaults() {
    return builder().build();
  }

  /** Returns a builder that starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts with these options. */
  public Builder toBuilder() {
    return new Builder()
        .readers(readers)
        .cacheSize(cacheSize)
        .maxFileSize(maxFileSize)
        .lockTimeout(lockTimeout);
  }

  /** Returns the maximum number of concurrent reads of the engine, and of lists of users. */
  public int readers() {
    return readers;
  }

  /** Returns the memory in bytes that the writer uses for pages of the file. */
  public long cacheSize() {
    return cacheSize;
  }

  /** Returns the maximum size of the file in bytes, or 0 for no limit. */
  public long maxFileSize() {
    return maxFileSize;
  }

  /** Returns the time to wait while the file is open elsewhere. */
  public Duration lockTimeout() {
    return lockTimeout;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SqliteOptions that
        && readers == that.readers
        && cacheSize == that.cacheSize
        && maxFileSize == that.maxFileSize
        && lockTimeout.equals(that.lockTimeout);
  }

  @Override
  public int hashCode() {
    return Objects.hash(readers, cacheSize, maxFileSize, lockTimeout);
  }

  @Override
  public String toString() {
    return "SqliteOptions[readers="
        + readers
        + ", cacheSize="
        + cacheSize
        + ", maxFileSize="
        + maxFileSize
        + ", lockTimeout="
        + lockTimeout
        + "]";
  }

  /**
   * A builder of {@link SqliteOptions}. An invalid value throws {@link IllegalArgumentException} as
   * soon as it is set. Not thread-safe.
   */
  public static final class Builder {
    private int readers = 4;
    private long cacheSize = 32L << 20;
    private long maxFileSize;
    private Duration lockTimeout = Duration.ZERO;

    private Builder() {}

    /**
     * Sets the maximum number of concurrent reads: 1 to 64 of the engine and as many lists of
     * users, but of those at most half as many as there are processors. Each may take 2 MB of
     * memory.
     */
    public Builder readers(int number) {
      check(number >= 1 && number <= 64, "readers", number, "use 1 to 64");
      this.readers = number;
      return this;
    }

    /** Sets the memory in bytes that the writer uses for pages of the file: at least 1 MiB. */
    public Builder cacheSize(long bytes) {
      check(bytes >= 1 << 20, "cacheSize", bytes, "use at least 1048576");
      this.cacheSize = bytes;
      return this;
    }

    /**
     * Sets the maximum size of the file in bytes, or 0 for no limit. Beyond it commits are refused
     * as {@code FULL}. The write-ahead log comes on top of it.
     */
    public Builder maxFileSize(long bytes) {
      check(bytes >= 0, "maxFileSize", bytes, "use 0 for no limit");
      this.maxFileSize = bytes;
      return this;
    }

    /** Sets the time to wait while the file is open elsewhere. */
    public Builder lockTimeout(Duration time) {
      check(!time.isNegative(), "lockTimeout", time, "use zero to fail at once");
      this.lockTimeout = time;
      return this;
    }

    /** Returns options with the values set so far. */
    public SqliteOptions build() {
      return new SqliteOptions(this);
    }

    private static void check(boolean ok, String field, Object value, String remedy) {
      if (!ok) {
        throw new IllegalArgumentException(field + " is " + value + "; " + remedy);
      }
    }
  }
}
