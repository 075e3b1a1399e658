package dev.posthorn.cidadao;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.crypto.KeyFile;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.HealthOptions;
import dev.posthorn.internal.runtime.EngineAssembly;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.wire.WireFormat;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * An engine on a file that behaves as the original did: it retries as each webhook is configured,
 * and waits for no other reason. The circuit breaker, {@code Retry-After} and automatic disabling
 * are off, since they would delay a caller or take a webhook away.
 */
final class EngineHost implements AutoCloseable {
  /** The maximum wait for deliveries in flight when the engine closes. */
  static final long GRACE_MILLIS = 5_000;

  private static final int LONGEST_TIMEOUT = 300_000;
  // A thousand characters of UTF-8.
  private static final int EXCERPT_BYTES = 4_000;
  private static final HealthOptions HEALTH =
      HealthOptions.DEFAULT.toBuilder()
          .breakerFailures(Integer.MAX_VALUE)
          .retryAfterCapMillis(HealthOptions.IGNORE_RETRY_AFTER)
          .disableAfterMillis(Long.MAX_VALUE)
          .build();

  /** The time-out of each webhook is shorter than these limits, and then holds for every phase. */
  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT
          .withRetryWaits(List.of())
          .withJitter(0)
          .withExchange(
              new ExchangeLimits(
                  LONGEST_TIMEOUT,
                  LONGEST_TIMEOUT,
                  LONGEST_TIMEOUT,
                  LONGEST_TIMEOUT,
                  EXCERPT_BYTES))
          .withHealth(HEALTH);

  private static final List<String> PRIVATE =
      List.of(
          "127.0.0.0/8",
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "169.254.0.0/16",
          "100.64.0.0/10",
          "::1",
          "fc00::/7",
          "fe80::/10");

  private final Engine engine;
  private final Clock clock;

  private EngineHost(Engine engine, Clock clock) {
    this.engine = engine;
    this.clock = clock;
  }

  /**
   * Opens the store in a file and starts an engine on it. The encryption key is beside it, in
   * {@code <file>.key}, and is created if it is missing.
   *
   * @throws PosthornException if the file cannot be opened
   */
  public static EngineHost open(
      Path file, boolean privateAllowed, InstantSource source, WireFormat format) {
    Clock clock = Clock.of(source);
    try {
      Engine engine =
          EngineAssembly.of(file)
              .transport(transport(privateAllowed))
              .clock(clock)
              .options(OPTIONS)
              .formats(formats(format))
              .keyFile(new KeyFile(file.resolveSibling(file.getFileName() + ".key"), Set.of()))
              .start();
      return new EngineHost(engine, clock);
    } catch (Keyring.KeyringException e) {
      throw new PosthornException(
          Reason.STORE_FAILED,
          "the key file: the secrets in the database are encrypted with another key; put the file"
              + " that belongs to it in its place",
          e);
    } catch (StoreException e) {
      Reason reason =
          switch (e.reason()) {
            case LOCKED -> Reason.STORE_LOCKED;
            case FULL -> Reason.STORE_FULL;
            default -> Reason.STORE_FAILED;
          };
      throw new PosthornException(reason, String.valueOf(e.getMessage()), e);
    }
  }

  private static HttpTransportOptions transport(boolean privateAllowed) {
    AddressPolicy addresses =
        privateAllowed ? AddressPolicy.allowing(PRIVATE) : AddressPolicy.publicOnly();
    return HttpTransportOptions.builder().addresses(addresses).build();
  }

  /**
   * Returns the wire formats by name, with the standard one for endpoints that another program
   * added to the file.
   */
  private static Map<String, WireFormat> formats(WireFormat own) {
    WireFormat standard = new StandardWireFormat(false);
    return Map.of(own.name(), own, standard.name(), standard);
  }

  /** Returns the engine. */
  public Engine engine() {
    return engine;
  }

  /** Returns the clock. */
  public Clock clock() {
    return clock;
  }

  /** Returns the executor of the callbacks that users attach to futures. */
  Executor callbacks() {
    return engine.callbacks();
  }

  /**
   * Waits at most 5 s until the outcomes of deliveries in flight are on disk, then releases the
   * file and all threads.
   */
  @Override
  public void close() {
    var unused = engine.close(GRACE_MILLIS);
  }
}
