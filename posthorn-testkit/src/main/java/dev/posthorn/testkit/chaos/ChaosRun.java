package dev.posthorn.testkit.chaos;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.RetrySchedule;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A {@link Posthorn} on a database, with a proxy between them that fails on request. It stays open
 * through all faults: none may need a restart.
 *
 * <pre>{@code
 * ChaosDatabase database = ChaosDatabase.at("jdbc:postgresql://127.0.0.1/chaos?user=chaos");
 * try (ChaosRun run = ChaosRun.open(database, Duration.ofSeconds(5))) {
 *   System.out.println(run.run(Fault.READ_ONLY).line());
 * }
 * }</pre>
 */
public final class ChaosRun implements AutoCloseable {
  /** The deliveries that may be in flight, and so may be repeated after each fault. */
  public static final int MAX_IN_FLIGHT = 256;

  /** The table that has the messages. */
  static final String MESSAGES = "posthorn.message";

  /** The table with the row that each writing transaction locks first. */
  static final String OWNER = "posthorn.node";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration QUIET = Duration.ofMillis(700);
  private static final int AT_LEAST = 50;

  private final ChaosDatabase database;
  private final Duration outage;
  private final DatabaseProxy proxy;
  private final Administrator administrator;
  private final Posthorn posthorn;
  private final ChaosLoad load;
  private Duration resumed = Duration.ZERO;
  private int times;

  private ChaosRun(
      ChaosDatabase database,
      Duration outage,
      DatabaseProxy proxy,
      Administrator administrator,
      Posthorn posthorn) {
    this.database = database;
    this.outage = outage;
    this.proxy = proxy;
    this.administrator = administrator;
    this.posthorn = posthorn;
    this.load = new ChaosLoad(posthorn);
  }

  /**
   * Opens a Posthorn on a database, in the schema {@code posthorn}, which must not have another
   * Posthorn's data.
   *
   * @param outage the length of the faults that last
   */
  public static ChaosRun open(ChaosDatabase database, Duration outage)
      throws IOException, SQLException {
    URI address = database.address();
    Administrator administrator = new Administrator(database.url());
    DatabaseProxy proxy =
        new DatabaseProxy(address.getHost(), address.getPort() < 0 ? 5_432 : address.getPort());
    try {
      Posthorn posthorn = Posthorn.open(options(proxied(address, proxy.port())));
      return new ChaosRun(database, outage, proxy, administrator, posthorn);
    } catch (RuntimeException e) {
      proxy.close();
      administrator.close();
      throw e;
    }
  }

  private static String proxied(URI address, int port) {
    String parameters = address.getRawQuery() == null ? "" : address.getRawQuery() + "&";
    return "jdbc:postgresql://127.0.0.1:%d%s?%ssslmode=disable"
        .formatted(port, address.getRawPath(), parameters);
  }

  private static PosthornOptions options(String url) {
    List<Duration> waits = new ArrayList<>(Collections.nCopies(19, Duration.ofMillis(200)));
    waits.add(Duration.ofDays(1));
    return PosthornOptions.builder(PostgresqlOptions.of(url))
        .allowNetworks("127.0.0.0/8")
        .maxInFlight(MAX_IN_FLIGHT)
        .sendTimeout(Duration.ofSeconds(2))
        .retrySchedule(new RetrySchedule(waits))
        .secretKey("0".repeat(64))
        .build();
  }

  ChaosDatabase database() {
    return database;
  }

  DatabaseProxy proxy() {
    return proxy;
  }

  Administrator administrator() {
    return administrator;
  }

  /**
   * Makes a fault under load, waits until everything that was accepted has arrived, and counts.
   *
   * @throws AssertionError if deliveries do not resume, or do not all arrive, within a minute
   */
  public ChaosResult run(Fault fault) throws SQLException, IOException, InterruptedException {
    resumed = Duration.ZERO;
    times = 0;
    load.start();
    try {
      awaitMore();
      fault.inject(this);
      awaitMore();
    } catch (Fault.Impossible e) {
      return ChaosResult.skipped(fault, String.valueOf(e.getMessage()));
    } finally {
      load.stop();
    }
    Ledger ledger = load.ledger();
    boolean arrived =
        await(() -> ledger.missing() == 0) && await(() -> ledger.quiet(QUIET.toNanos()));
    return new ChaosResult(
        fault,
        times,
        ledger.acceptedCount(),
        ledger.refusedCount(),
        ledger.delivered(),
        arrived ? 0 : ledger.missing(),
        ledger.repeats(),
        resumed,
        null);
  }

  /** Says that the database works again: a message must be accepted and arrive now. */
  void isOver() {
    Duration took = load.probe(PATIENCE);
    resumed = took.compareTo(resumed) > 0 ? took : resumed;
    times++;
  }

  /** Lets the load go on for as long as a fault lasts. */
  void outage() {
    pause(outage);
  }

  /** Lets the load go on for a while. */
  void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /** Waits until some more messages are accepted. */
  private void awaitMore() {
    int enough = load.ledger().acceptedCount() + AT_LEAST;
    if (!await(() -> load.ledger().acceptedCount() >= enough)) {
      throw new AssertionError("Not within " + PATIENCE + ": " + AT_LEAST + " more are accepted");
    }
  }

  private static boolean await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return true;
  }

  /** Closes the Posthorn, the proxy and the receiver. What was stored stays in the database. */
  @Override
  public void close() throws IOException, SQLException {
    posthorn.close();
    load.close();
    proxy.close();
    administrator.close();
  }
}
