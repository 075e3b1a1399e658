package dev.posthorn;

import dev.posthorn.internal.api.Shown;
import dev.posthorn.internal.rules.StoreUrl;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Options of a store on PostgreSQL 14 or later, which needs the module {@code posthorn-postgresql}.
 * Immutable. Only the place is required, a URL or a {@link DataSource}; everything else has a
 * default.
 *
 * <p>The store opens {@code readers + listReaders + 6} connections at most, all its own: a pool of
 * HikariCP only tells how to connect. From any other pool it takes them, and keeps some as long as
 * it is open.
 */
public final class PostgresqlOptions {
  private final @Nullable String url;
  private final @Nullable DataSource dataSource;
  private final String schema;
  private final SchemaMode schemaMode;
  private final int readers;
  private final int listReaders;
  private final Duration readTimeout;
  private final Duration openTimeout;
  private final Duration leaseDuration;
  private final Duration leaseRenewal;
  private final boolean partitionedHistory;
  private final boolean singleOwner;
  private final @Nullable String nodeName;

  /** Treatment of the schema when a store is opened. */
  public enum SchemaMode {
    /** Creates the schema, or upgrades it; needs the privilege to create tables. */
    CREATE,
    /** Checks that the schema is complete and fits this version. */
    CHECK,
    /** Assumes that the schema fits. */
    NONE
  }

  private PostgresqlOptions(Builder builder) {
    this.url = builder.url;
    this.dataSource = builder.dataSource;
    this.schema = builder.schema;
    this.schemaMode = builder.schemaMode;
    this.readers = builder.readers;
    this.listReaders = builder.listReaders;
    this.readTimeout = builder.readTimeout;
    this.openTimeout = builder.openTimeout;
    this.leaseDuration = builder.leaseDuration;
    this.leaseRenewal = builder.leaseRenewal;
    this.partitionedHistory = builder.partitionedHistory;
    this.singleOwner = builder.singleOwner;
    this.nodeName = builder.nodeName;
  }

  /** Returns a builder for the database that a source connects to. */
  public static Builder builder(DataSource dataSource) {
    present("dataSource", dataSource);
    return new Builder(null, dataSource);
  }

  /**
   * Returns a builder for the database of a URL, with or without {@code jdbc:} in front: {@code
   * postgresql://host/database?user=…&password=…}.
   */
  public static Builder builder(String url) {
    present("url", url);
    return new Builder(StoreUrl.jdbc(url), null);
  }

  /** Returns the defaults for the database that a source connects to. */
  public static PostgresqlOptions of(DataSource dataSource) {
    return builder(dataSource).build();
  }

  /** Returns the defaults for the database of a URL. */
  public static PostgresqlOptions of(String url) {
    return builder(url).build();
  }

  /** Returns a builder that starts with these options. */
  public Builder toBuilder() {
    return new Builder(url, dataSource)
        .schema(schema)
        .schemaMode(schemaMode)
        .readers(readers)
        .listReaders(listReaders)
        .readTimeout(readTimeout)
        .openTimeout(openTimeout)
        .lease(leaseDuration, leaseRenewal)
        .partitionedHistory(partitionedHistory)
        .singleOwner(singleOwner)
        .nodeName(nodeName);
  }

  /** Returns the JDBC URL, or null if there is a source of connections. It may have a password. */
  public @Nullable String url() {
    return url;
  }

  /** Returns the source of connections, or null if there is a URL. */
  public @Nullable DataSource dataSource() {
    return dataSource;
  }

  /** Returns the name of the schema that has the tables. */
  public String schema() {
    return schema;
  }

  /** Returns what opening does about the schema. */
  public SchemaMode schemaMode() {
    return schemaMode;
  }

  /** Returns the maximum number of concurrent reads of the engine. */
  public int readers() {
    return readers;
  }

  /** Returns the maximum number of concurrent lists of users. */
  public int listReaders() {
    return listReaders;
  }

  /** Returns the time after which the server ends a statement that reads. */
  public Duration readTimeout() {
    return readTimeout;
  }

  /** Returns the time to wait for the database, or until no other process owns the schema. */
  public Duration openTimeout() {
    return openTimeout;
  }

  /** Returns the time for which a process owns the schema after its last renewal. */
  public Duration leaseDuration() {
    return leaseDuration;
  }

  /** Returns the interval at which the lease is renewed. */
  public Duration leaseRenewal() {
    return leaseRenewal;
  }

  /** Returns whether messages and attempts are in tables by time, which retention drops. */
  public boolean partitionedHistory() {
    return partitionedHistory;
  }

  /** Returns whether one process owns the whole schema, and others wait for it. */
  public boolean singleOwner() {
    return singleOwner;
  }

  /** Returns the name of this process among those on the schema, or null for the host's name. */
  public @Nullable String nodeName() {
    return nodeName;
  }

  private List<@Nullable Object> all() {
    return Arrays.asList(
        url,
        dataSource,
        schema,
        schemaMode,
        readers,
        listReaders,
        readTimeout,
        openTimeout,
        leaseDuration,
        leaseRenewal,
        partitionedHistory,
        singleOwner,
        nodeName);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PostgresqlOptions that && all().equals(that.all());
  }

  @Override
  public int hashCode() {
    return all().hashCode();
  }

  /** Returns the options by name, without user and password. */
  @Override
  public String toString() {
    return new Shown(PostgresqlOptions.class)
        .with("url", url == null ? null : StoreUrl.shown(url))
        .with("dataSource", dataSource == null ? null : dataSource.getClass().getName())
        .with("schema", schema)
        .with("schemaMode", schemaMode)
        .with("readers", readers)
        .with("listReaders", listReaders)
        .with("readTimeout", readTimeout)
        .with("openTimeout", openTimeout)
        .with("leaseDuration", leaseDuration)
        .with("leaseRenewal", leaseRenewal)
        .with("partitionedHistory", partitionedHistory)
        .with("singleOwner", singleOwner)
        .with("nodeName", nodeName)
        .toString();
  }

  private static void present(String field, @Nullable Object value) {
    check(value != null, field, "null", "give a value");
  }

  private static void check(boolean ok, String field, Object value, String remedy) {
    if (!ok) {
      throw PosthornException.invalid(field, "is " + value + "; " + remedy);
    }
  }

  /**
   * A builder of {@link PostgresqlOptions}. An invalid value throws {@link PosthornException} with
   * INVALID as soon as it is set. Not thread-safe.
   */
  public static final class Builder {
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
    private static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final int MAX_READERS = 64;

    private final @Nullable String url;
    private final @Nullable DataSource dataSource;
    private String schema = "posthorn";
    private SchemaMode schemaMode = SchemaMode.CREATE;
    private int readers = 4;
    private int listReaders = 2;
    private Duration readTimeout = Duration.ofSeconds(30);
    private Duration openTimeout = Duration.ofMinutes(1);
    private Duration leaseDuration = Duration.ofSeconds(10);
    private Duration leaseRenewal = Duration.ofSeconds(2);
    private boolean partitionedHistory = true;
    private boolean singleOwner;
    private @Nullable String nodeName;

    private Builder(@Nullable String url, @Nullable DataSource dataSource) {
      this.url = url;
      this.dataSource = dataSource;
    }

    /**
     * Sets the name of the schema that has the tables, by default {@code posthorn}: lowercase
     * letters, digits and underscores. It has nothing else in it, so it is never {@code public}.
     */
    public Builder schema(String name) {
      present("schema", name);
      check(
          NAME.matcher(name).matches(),
          "schema",
          "\"" + name + "\"",
          "use lowercase letters, digits and underscores, at most 63");
      check(
          !name.equals("public") && !name.equals("information_schema") && !name.startsWith("pg_"),
          "schema",
          name,
          "use a schema of its own, for example, posthorn");
      this.schema = name;
      return this;
    }

    /** Sets what opening does about the schema; by default it creates or upgrades it. */
    public Builder schemaMode(SchemaMode mode) {
      present("schemaMode", mode);
      this.schemaMode = mode;
      return this;
    }

    /** Sets the maximum number of concurrent reads of the engine: 1 to 64, by default 4. */
    public Builder readers(int number) {
      check(number >= 1 && number <= MAX_READERS, "readers", number, "use 1 to 64");
      this.readers = number;
      return this;
    }

    /** Sets the maximum number of concurrent lists of users: 1 to 64, by default 2. */
    public Builder listReaders(int number) {
      check(number >= 1 && number <= MAX_READERS, "listReaders", number, "use 1 to 64");
      this.listReaders = number;
      return this;
    }

    /**
     * Sets the time after which the server ends a statement that reads: 1 s to 1 h, by default 30
     * s.
     */
    public Builder readTimeout(Duration time) {
      within("readTimeout", time, Duration.ofSeconds(1), Duration.ofHours(1));
      this.readTimeout = time;
      return this;
    }

    /**
     * Sets the time to wait for the database, and with {@link #singleOwner} until another process
     * no longer owns the schema: up to 1 h, by default 1 min. A process that ends properly hands
     * over at once; the lease of one that was killed ends by itself.
     */
    public Builder openTimeout(Duration time) {
      within("openTimeout", time, Duration.ZERO, Duration.ofHours(1));
      this.openTimeout = time;
      return this;
    }

    /**
     * Sets the time for which a process owns the schema after its last renewal (3 s to 5 min, by
     * default 10 s), and the interval at which it renews (at most a third of that, by default 2 s).
     */
    public Builder lease(Duration duration, Duration renewal) {
      within("leaseDuration", duration, Duration.ofSeconds(3), Duration.ofMinutes(5));
      within("leaseRenewal", renewal, Duration.ofMillis(100), duration.dividedBy(3));
      this.leaseDuration = duration;
      this.leaseRenewal = renewal;
      return this;
    }

    /**
     * Sets whether messages and attempts are in tables by time, which retention drops, by default
     * true. Otherwise, retention deletes rows: for databases in which the running program must not
     * create tables. A schema keeps what it was created with.
     */
    public Builder partitionedHistory(boolean partitioned) {
      this.partitionedHistory = partitioned;
      return this;
    }

    /**
     * Sets whether one process owns the whole schema, and others wait until it ends; by default
     * false: all processes that open the schema share its partitions. Then each accepts messages
     * for all applications, and delivers for those in its own partitions. The same for all
     * processes.
     */
    public Builder singleOwner(boolean single) {
      this.singleOwner = single;
      return this;
    }

    /**
     * Sets the name of this process among those on the schema, for people; by default null, the
     * host's name. Letters, digits, dots, hyphens and underscores, at most 63.
     */
    public Builder nodeName(@Nullable String name) {
      check(
          name == null || NODE_NAME.matcher(name).matches(),
          "nodeName",
          "\"" + name + "\"",
          "use letters, digits, dots, hyphens and underscores, at most 63, a letter or digit"
              + " first");
      this.nodeName = name;
      return this;
    }

    private static void within(String field, Duration value, Duration least, Duration most) {
      present(field, value);
      check(
          value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
          field,
          value,
          "use " + least + " to " + most);
    }

    /** Returns options with the values set so far. */
    public PostgresqlOptions build() {
      return new PostgresqlOptions(this);
    }
  }
}
