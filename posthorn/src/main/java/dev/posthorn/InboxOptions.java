package dev.posthorn;

import dev.posthorn.internal.api.Checks;
import dev.posthorn.internal.api.Shown;
import dev.posthorn.internal.rules.InboxRules;
import dev.posthorn.internal.rules.Rules;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Options of the inbox: the table in your own database that {@link
 * Application#send(java.sql.Connection, NewMessage)} writes to. Immutable.
 */
public final class InboxOptions {
  private final DataSource dataSource;
  private final String table;
  private final Duration pollInterval;
  private final int pageSize;
  private final boolean encryptPayloads;

  private InboxOptions(Builder builder) {
    this.dataSource = builder.dataSource;
    this.table = builder.table;
    this.pollInterval = builder.pollInterval;
    this.pageSize = builder.pageSize;
    this.encryptPayloads = builder.encryptPayloads;
  }

  /** Returns the defaults for a database. */
  public static InboxOptions of(DataSource dataSource) {
    return builder(dataSource).build();
  }

  /**
   * Returns a builder that starts with the defaults.
   *
   * @param dataSource the source of the connections with which Posthorn reads and deletes rows; one
   *     at a time
   */
  public static Builder builder(DataSource dataSource) {
    return new Builder(Checks.present("dataSource", dataSource));
  }

  /** Returns a builder that starts with these options. */
  public Builder toBuilder() {
    return new Builder(dataSource)
        .table(table)
        .pollInterval(pollInterval)
        .pageSize(pageSize)
        .encryptPayloads(encryptPayloads);
  }

  /** Returns the source of the connections with which Posthorn reads and deletes rows. */
  public DataSource dataSource() {
    return dataSource;
  }

  /** Returns the name of the table. */
  public String table() {
    return table;
  }

  /** Returns the time after which Posthorn looks for rows that nobody told it of. */
  public Duration pollInterval() {
    return pollInterval;
  }

  /** Returns the maximum number of rows that are read together. */
  public int pageSize() {
    return pageSize;
  }

  /** Returns whether payloads are encrypted in the table. */
  public boolean encryptPayloads() {
    return encryptPayloads;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof InboxOptions that
        && dataSource.equals(that.dataSource)
        && table.equals(that.table)
        && pollInterval.equals(that.pollInterval)
        && pageSize == that.pageSize
        && encryptPayloads == that.encryptPayloads;
  }

  @Override
  public int hashCode() {
    return Objects.hash(dataSource, table, pollInterval, pageSize, encryptPayloads);
  }

  /** Returns the options by name, but of the data source only its type: it may show a password. */
  @Override
  public String toString() {
    return new Shown(InboxOptions.class)
        .with("dataSource", dataSource.getClass().getName())
        .with("table", table)
        .with("pollInterval", pollInterval)
        .with("pageSize", pageSize)
        .with("encryptPayloads", encryptPayloads)
        .toString();
  }

  /**
   * A builder of {@link InboxOptions}. An invalid value throws {@link PosthornException} with
   * INVALID as soon as it is set. Not thread-safe.
   */
  public static final class Builder {
    private final DataSource dataSource;
    private String table = "posthorn_inbox";
    private Duration pollInterval = Duration.ofMillis(250);
    private int pageSize = 500;
    private boolean encryptPayloads;

    private Builder(DataSource dataSource) {
      this.dataSource = dataSource;
    }

    /**
     * Sets the name of the table, by default {@code posthorn_inbox}; it may have a schema, as in
     * {@code billing.posthorn_inbox}. Each table belongs to one Posthorn database.
     */
    public Builder table(String name) {
      Rules.require("table", InboxRules.TABLE.problem(Checks.present("table", name)));
      this.table = name;
      return this;
    }

    /**
     * Sets the time after which Posthorn looks for rows that nobody told it of, such as those that
     * another process wrote: 10 ms to 1 min, by default 250 ms.
     */
    public Builder pollInterval(Duration time) {
      this.pollInterval = Checks.within("pollInterval", time, InboxRules.POLL_INTERVAL);
      return this;
    }

    /** Sets the maximum number of rows that are read together: 1 to 1,000, by default 500. */
    public Builder pageSize(int rows) {
      this.pageSize = Checks.within("pageSize", rows, InboxRules.PAGE_SIZE);
      return this;
    }

    /**
     * Sets whether payloads are encrypted in the table, with the key of this Posthorn; by default
     * they are plain. Rows of either kind are relayed.
     */
    public Builder encryptPayloads(boolean encrypted) {
      this.encryptPayloads = encrypted;
      return this;
    }

    /** Returns options with the values set so far. */
    public InboxOptions build() {
      return new InboxOptions(this);
    }
  }
}
