package dev.posthorn.internal.postgresql.store;

import dev.posthorn.Posthorn;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Measures opening the library on a server of its own that syncs, on an empty database and on a
 * {@link FilledDatabase}; and how long a second instance, which waits, takes to follow one that is
 * closed. Each is done several times; the last is what counts.
 *
 * <p>Arguments: endpoints, applications, times.
 */
final class OpeningMeasurement {
  /** More looks at leases than the owner takes meanwhile. */
  private static final int LOOKS = 6;

  private final FilledDatabase filled;
  private final int times;

  private OpeningMeasurement(FilledDatabase filled, int times) {
    this.filled = filled;
    this.times = times;
  }

  public static void main(String[] arguments) throws Exception {
    int endpoints = Integer.parseInt(arguments[0]);
    try (EmbeddedPostgresql server = EmbeddedPostgresql.builder().sync(true).start();
        TestDatabase database = server.createDatabase()) {
      FilledDatabase filled = new FilledDatabase(database);
      OpeningMeasurement measurement =
          new OpeningMeasurement(filled, Integer.parseInt(arguments[2]));
      measurement.run("empty");
      filled.fill(endpoints, Integer.parseInt(arguments[1]));
      database.execute("VACUUM ANALYZE");
      measurement.run(endpoints + " endpoints");
    }
  }

  private void run(String what) throws Exception {
    for (int i = 0; i < times; i++) {
      open(what);
    }
    Posthorn last = filled.open();
    for (int i = 0; i < times; i++) {
      last = handOver(what, last);
    }
    last.close();
  }

  private void open(String what) {
    long statements = filled.statements();
    long began = System.nanoTime();
    try (Posthorn posthorn = filled.open()) {
      double opened = millis(began);
      statements = filled.statements() - statements;
      posthorn.send("opened", "{}");
      System.out.printf(
          Locale.ROOT,
          "%s: opened after %.0f ms and %d statements, first message accepted after %.0f ms%n",
          what,
          opened,
          statements,
          millis(began));
    }
  }

  private Posthorn handOver(String what, Posthorn from) throws Exception {
    long looks = filled.looksAtLeases() + LOOKS;
    CompletableFuture<Posthorn> next = CompletableFuture.supplyAsync(filled::open);
    Await.until("the next one waits", () -> filled.looksAtLeases() > looks);
    long began = System.nanoTime();
    from.close();
    double closed = millis(began);
    Posthorn to = next.get();
    to.send("taken.over", "{}");
    System.out.printf(
        Locale.ROOT,
        "%s: closed after %.0f ms, the next one has accepted a message after %.0f ms%n",
        what,
        closed,
        millis(began));
    return to;
  }

  private static double millis(long began) {
    return (System.nanoTime() - began) / 1e6;
  }
}
