package dev.posthorn;

import dev.posthorn.error.PosthornException;
import dev.posthorn.transport.AddressPolicy;
import dev.posthorn.wire.StandardWireFormat;
import dev.posthorn.wire.WireFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How Posthorn is opened. Only the file is needed; everything else has a default.
 *
 * <p>Essential: the file. Often used: {@link #retrySchedule}, {@link #requestTimeout}, {@link
 * #allowNetworks}, {@link #retention}. Rarely used: the rest.
 */
public final class PosthornOptions {
  final Path file;
  RetrySchedule retrySchedule = RetrySchedule.standard();
  Duration requestTimeout = Duration.ofSeconds(20);
  Duration retention = Duration.ofDays(90);
  Duration closeTimeout = Duration.ofSeconds(10);
  Duration sendTimeout = Duration.ofSeconds(10);
  AddressPolicy addresses = AddressPolicy.publicOnly();
  double jitter = 0.2;
  final List<WireFormat> formats = new ArrayList<>();

  private PosthornOptions(Path file) {
    this.file = file;
    formats.add(new StandardWireFormat(false));
  }

  /** Returns options for a database file; it is created when it does not exist. */
  public static PosthornOptions file(Path file) {
    return new PosthornOptions(file);
  }

  /** Sets when deliveries are attempted again, unless an endpoint has its own schedule. */
  public PosthornOptions retrySchedule(RetrySchedule schedule) {
    this.retrySchedule = schedule;
    return this;
  }

  /** Sets how long one request may take as a whole: 1 s to 10 min; 20 s unless set. */
  public PosthornOptions requestTimeout(Duration timeout) {
    Checks.timeout("requestTimeout", timeout);
    this.requestTimeout = timeout;
    return this;
  }

  /**
   * Allows addresses that are refused otherwise, such as loopback or private ones.
   *
   * @param blocks CIDR blocks such as {@code 127.0.0.0/8}
   */
  public PosthornOptions allowNetworks(String... blocks) {
    try {
      this.addresses = AddressPolicy.allowing(blocks);
    } catch (IllegalArgumentException e) {
      throw PosthornException.invalid("allowNetworks", String.valueOf(e.getMessage()));
    }
    return this;
  }

  /** Sets how long messages and attempts are kept; 90 days unless set. */
  public PosthornOptions retention(Duration time) {
    if (time.compareTo(Duration.ofHours(1)) < 0) {
      throw PosthornException.invalid("retention", "must be one hour or more, not " + time);
    }
    this.retention = time;
    return this;
  }

  /** Sends signature headers as {@code svix-*} too, for receivers that migrate. */
  public PosthornOptions alsoSvixHeaders() {
    formats.set(0, new StandardWireFormat(true));
    return this;
  }

  /** Adds a wire format that endpoints can choose by its name. */
  public PosthornOptions wireFormat(WireFormat format) {
    formats.add(format);
    return this;
  }

  /** Sets by which share waits are longer or shorter at random, 0 to 1; 0.2 unless set. */
  public PosthornOptions jitter(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw PosthornException.invalid("jitter", "must be between 0 and 1, not " + share);
    }
    this.jitter = share;
    return this;
  }

  /** Sets how long {@link Posthorn#close} waits for what is under way; 10 s unless set. */
  public PosthornOptions closeTimeout(Duration timeout) {
    this.closeTimeout = Checks.notNegative("closeTimeout", timeout);
    return this;
  }

  /** Sets how long {@link Posthorn#send} waits for the disk; 10 s unless set. */
  public PosthornOptions sendTimeout(Duration timeout) {
    this.sendTimeout = Checks.notNegative("sendTimeout", timeout);
    return this;
  }
}
