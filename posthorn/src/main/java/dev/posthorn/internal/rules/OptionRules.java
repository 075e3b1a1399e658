package dev.posthorn.internal.rules;

import java.time.Duration;

/** Ranges of the options of an instance: those of the library and the settings of the server. */
public final class OptionRules {
  /** The default timeout of a request. */
  public static final TimeRange REQUEST_TIMEOUT = EndpointRules.TIMEOUT;

  /** The time for which messages and attempts are kept. */
  public static final TimeRange RETENTION =
      new TimeRange(Duration.ofHours(1), Duration.ofDays(36_500));

  /** The time for which closing waits for attempts in progress. */
  public static final TimeRange CLOSE_TIMEOUT = new TimeRange(Duration.ZERO, Duration.ofHours(1));

  /** The time for which sending waits for the disk. */
  public static final TimeRange SEND_TIMEOUT =
      new TimeRange(Duration.ofMillis(1), Duration.ofHours(1));

  /** The time for which opening waits for another process to close the file. */
  public static final TimeRange OPEN_TIMEOUT = new TimeRange(Duration.ZERO, Duration.ofHours(1));

  /** The time with nothing but failures after which an endpoint is disabled. */
  public static final TimeRange DISABLE_AFTER =
      new TimeRange(Duration.ofSeconds(1), Duration.ofDays(366));

  /** The time for which a call waits for deliveries to end. */
  public static final TimeRange PATIENCE = new TimeRange(Duration.ZERO, Duration.ofDays(1));

  /** The number of deliveries in progress together. */
  public static final NumberRange MAX_IN_FLIGHT = new NumberRange(1, 65_536);

  /** The default number of concurrent requests to one endpoint. */
  public static final NumberRange CONCURRENCY = new NumberRange(1, EndpointRules.CONCURRENCY.max());

  /** The largest payload in bytes. */
  public static final NumberRange MAX_PAYLOAD_SIZE = new NumberRange(1, 1 << 24);

  private OptionRules() {}
}
