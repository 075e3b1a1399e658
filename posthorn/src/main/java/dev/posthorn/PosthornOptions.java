package dev.posthorn;

import dev.posthorn.internal.api.Checks;
import dev.posthorn.internal.rules.OptionRules;
import dev.posthorn.spi.wire.WireFormat;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link Posthorn}. Immutable. Only the file or the database is required; everything
 * else has a default, except for the key of a database.
 *
 * <p>Often used: {@link Builder#retrySchedule}, {@link Builder#requestTimeout}, {@link
 * Builder#allowNetworks}, {@link Builder#retention}. An invalid value throws {@link
 * PosthornException} with INVALID as soon as it is set.
 */
public final class PosthornOptions extends OptionReader {
  private PosthornOptions(OptionValues values) {
    super(values);
  }

  /** Returns a builder for a database file; the file is created if it does not exist. */
  public static Builder builder(Path file) {
    return new Builder(new OptionValues(Checks.present("file", file), null));
  }

  /**
   * Returns a builder for a schema in a PostgreSQL database. It needs the module {@code
   * posthorn-postgresql}, and a {@linkplain Builder#secretKey key} or its file.
   */
  public static Builder builder(PostgresqlOptions database) {
    return new Builder(new OptionValues(null, Checks.present("postgresql", database)));
  }

  /** Returns the defaults for a database file; the file is created if it does not exist. */
  public static PosthornOptions of(Path file) {
    return builder(file).build();
  }

  /** Returns the defaults for a schema in a PostgreSQL database. */
  public static PosthornOptions of(PostgresqlOptions database) {
    return builder(database).build();
  }

  /** Returns the defaults for the PostgreSQL database that a source connects to. */
  public static PosthornOptions postgresql(DataSource dataSource) {
    return of(PostgresqlOptions.of(dataSource));
  }

  /** Returns the defaults for the PostgreSQL database of a URL. */
  public static PosthornOptions postgresql(String url) {
    return of(PostgresqlOptions.of(url));
  }

  /** Returns a builder that starts with these options. */
  public Builder toBuilder() {
    return new Builder(values().copy());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PosthornOptions that && values().equals(that.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  /** Returns the options by name, without secrets. */
  @Override
  public String toString() {
    return values().toString();
  }

  /** A builder of {@link PosthornOptions}. Not thread-safe. */
  public static final class Builder {
    private final OptionValues values;

    private Builder(OptionValues values) {
      this.values = values;
    }

    /** Sets the retry schedule of endpoints that have none of their own. */
    public Builder retrySchedule(RetrySchedule schedule) {
      values.retrySchedule = Checks.present("retrySchedule", schedule);
      return this;
    }

    /** Sets the share by which waits are longer or shorter at random: 0 to 1, by default 0.2. */
    public Builder jitter(double share) {
      values.jitter = Checks.share("jitter", share);
      return this;
    }

    /** Sets the time limit of a whole request: 1 s to 10 min, by default 20 s. */
    public Builder requestTimeout(Duration timeout) {
      values.requestTimeout = Checks.within("requestTimeout", timeout, OptionRules.REQUEST_TIMEOUT);
      return this;
    }

    /**
     * Sets the time with nothing but failures after which an endpoint is disabled: 1 s to 366 days,
     * by default 5 days.
     */
    public Builder disableAfter(Duration time) {
      values.disableAfter = Checks.within("disableAfter", time, OptionRules.DISABLE_AFTER);
      return this;
    }

    /**
     * Sets the time for which messages and attempts are kept: 1 h to 36,500 days, by default 90
     * days.
     */
    public Builder retention(Duration time) {
      values.retention = Checks.within("retention", time, OptionRules.RETENTION);
      return this;
    }

    /**
     * Sets the time for which {@link Posthorn#send} and changes wait for the disk: 1 ms to 1 h, by
     * default 10 s.
     */
    public Builder sendTimeout(Duration timeout) {
      values.sendTimeout = Checks.within("sendTimeout", timeout, OptionRules.SEND_TIMEOUT);
      return this;
    }

    /**
     * Sets the time for which {@link Posthorn#close} waits for deliveries in flight: up to 1 h, by
     * default 10 s.
     */
    public Builder closeTimeout(Duration timeout) {
      values.closeTimeout = Checks.within("closeTimeout", timeout, OptionRules.CLOSE_TIMEOUT);
      return this;
    }

    /**
     * Sets the time for which {@link Posthorn#open} waits for another process to close the file: up
     * to 1 h, by default zero. A database has {@link PostgresqlOptions.Builder#openTimeout}. For a
     * restart in which the new process starts before the old one has ended.
     */
    public Builder openTimeout(Duration timeout) {
      values.openTimeout = Checks.within("openTimeout", timeout, OptionRules.OPEN_TIMEOUT);
      return this;
    }

    /**
     * Sets the maximum number of deliveries in flight at the same time: 1 to 65,536, by default
     * 8,192.
     */
    public Builder maxInFlight(int deliveries) {
      values.maxInFlight = Checks.within("maxInFlight", deliveries, OptionRules.MAX_IN_FLIGHT);
      return this;
    }

    /**
     * Sets the maximum number of concurrent requests to an endpoint that sets none itself: 1 to
     * 1,024, by default 64.
     */
    public Builder concurrency(int requests) {
      values.concurrency = Checks.within("concurrency", requests, OptionRules.CONCURRENCY);
      return this;
    }

    /** Sets the maximum size of a payload in bytes: 1 to 16 MiB, by default 1 MiB. */
    public Builder maxPayloadSize(int bytes) {
      values.maxPayloadSize = Checks.within("maxPayloadSize", bytes, OptionRules.MAX_PAYLOAD_SIZE);
      return this;
    }

    /** Sets CIDR blocks to allow besides public addresses, such as {@code 127.0.0.0/8}. */
    public Builder allowNetworks(String... blocks) {
      values.allowedNetworks = Checks.networks("allowNetworks", blocks);
      return this;
    }

    /** Sets a PEM file of certificates to trust besides those of the JDK. */
    public Builder trustedCertificates(Path pemFile) {
      values.trustedCertificates = Checks.present("trustedCertificates", pemFile);
      return this;
    }

    /**
     * Sets the HTTP proxy of all requests. It gets addresses that were checked, or names if it
     * {@linkplain EgressProxy.Builder#resolveNames resolves them}.
     */
    public Builder proxy(EgressProxy egress) {
      values.proxy = Checks.present("proxy", egress);
      return this;
    }

    /**
     * Sets the key file; by default {@code NAME.key} beside the file. A PostgreSQL database has no
     * default. Only its owner may have access, unless {@link #keyFilePermissions} allows more.
     */
    public Builder keyFile(Path keys) {
      values.keyFile = Checks.present("keyFile", keys);
      return this;
    }

    /**
     * Sets the most permissive mode that the key file may have, for a file that its group must
     * read: {@code rw-r-----} or {@code 0640}; by default {@code rw-------}. Kubernetes gives
     * mounted secrets the mode 0440 and, with an {@code fsGroup}, files of a volume 0660.
     */
    public Builder keyFilePermissions(String mode) {
      values.keyFilePermissions = Checks.groupMode("keyFilePermissions", mode);
      return this;
    }

    /**
     * Sets the key that encrypts secrets in the database, in place of a key file: 32 bytes as
     * base64 or hexadecimal digits. During a replacement, several numbered keys such as {@code
     * 2:KEY,1:KEY}, of which the highest encrypts; the line {@code 1 KEY} of a key file is {@code
     * 1:KEY} here. Keep it as long as the database: without it the secrets are lost.
     */
    public Builder secretKey(String key) {
      values.secretKey = Checks.secretKey("secretKey", key);
      return this;
    }

    /**
     * Sets the folder to unpack native libraries in, in which nothing stays. By default the folder
     * for temporary files, or that of the database if no library can be loaded from there.
     */
    public Builder tempFolder(Path folder) {
      values.tempFolder = Checks.present("tempFolder", folder);
      return this;
    }

    /** Sets whether signature headers are also sent as {@code svix-*}, for migrating receivers. */
    public Builder svixHeaders(boolean sent) {
      values.svixHeaders = sent;
      return this;
    }

    /**
     * Sets whether messages and endpoints with event types unknown to {@link Posthorn#eventTypes}
     * are rejected, so that a typo is an error and not a message that matches no endpoint.
     */
    public Builder strictEventTypes(boolean strict) {
      values.strictEventTypes = strict;
      return this;
    }

    /**
     * Sets the mapper that writes payload objects as JSON, in place of Jackson 3: the mapper that
     * your program uses already, with its modules and annotations. It gets all payloads except
     * strings and bytes.
     */
    public Builder json(PayloadMapper mapper) {
      values.json = Checks.present("json", mapper);
      return this;
    }

    /** Adds a wire format that endpoints can choose by its name. */
    public Builder addWireFormat(WireFormat format) {
      List<WireFormat> all = new ArrayList<>(values.wireFormats);
      all.add(Checks.present("wireFormat", format));
      values.wireFormats = List.copyOf(all);
      return this;
    }

    /** Sets the database whose inbox {@link Posthorn#send(Connection, NewMessage)} writes to. */
    public Builder inbox(DataSource dataSource) {
      return inbox(InboxOptions.of(dataSource));
    }

    /** Sets the inbox that {@link Posthorn#send(Connection, NewMessage)} writes to. */
    public Builder inbox(InboxOptions options) {
      values.inbox = Checks.present("inbox", options);
      return this;
    }

    /**
     * Sets the source of time, for tests; by default the machine's clock. A test that moves its
     * source on waits for no retry.
     *
     * <p>All stored and shown times come from the source, and all waits of the engine follow it:
     * retries, deadlines, rate limits, circuit breakers, {@link #disableAfter}, {@link #retention}.
     * While the source stands still, no wait ends. A leap forward is elapsed time: everything due
     * by then starts within a few hundredths of a second. If the source is set back, ids and order
     * still go forward only, and waits keep their remaining length. Requests and their timeouts,
     * {@link #sendTimeout}, {@link #closeTimeout}, {@link Messages#await} and the pauses after
     * failed writes use real time.
     */
    public Builder clock(InstantSource source) {
      values.clock = Checks.present("clock", source);
      return this;
    }

    /** Returns options with the values set so far. */
    public PosthornOptions build() {
      if (values.keyFile != null && values.secretKey != null) {
        throw PosthornException.invalid(
            "secretKey", "is set beside keyFile; set either the key or its file");
      }
      return new PosthornOptions(values.copy());
    }
  }
}
