package dev.posthorn.bench.kill;

import dev.posthorn.bench.Flags;
import dev.posthorn.internal.engine.base.EngineLimits;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Kills the library, or the server, with SIGKILL under full load, again and again on one store, and
 * counts by webhook-id what was accepted and never arrived, and what arrived more than once.
 *
 * <p>Each round: a {@link Victim} gets messages as fast as it accepts them until it is killed at a
 * random moment; in half of the rounds a second process is killed while it picks up the rest; the
 * last one delivers all and ends. Then no delivery may be left in the store, and all that a server
 * lists must have arrived, also what it did not come to answer. One request in a hundred is
 * answered with 500, so that there are retries too.
 *
 * <p>Ends with 1 if something was lost or was sent again after its success was on disk, or if a
 * kill made more repeats than there are permits.
 */
public final class KillBench {
  private static final long LEAST_MILLIS = 200;
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

  private final Flags flags;
  private final Random random;
  private final KillStore store;
  private final Ledger ledger;
  private final CountingReceiver receiver;
  private final Victim victim;
  private final Restarts restarts = new Restarts();
  private int kills;
  private int exceeded;
  private boolean left;
  private long shown;
  private long unheard;

  /** Makes the program that is killed. */
  private interface VictimFactory {
    Victim make(Ledger ledger, int port);
  }

  private KillBench(Flags flags, KillStore store, VictimFactory factory) throws IOException {
    this.flags = flags;
    this.random = new Random(flags.get("--seed"));
    this.store = store;
    this.ledger = new Ledger(flags.number("--endpoints"));
    this.receiver = new CountingReceiver(ledger, flags.number("--failing"));
    this.victim = factory.make(ledger, receiver.port());
  }

  /** Returns the flags that there are. */
  public static Flags flags() {
    return serverFlags().with("--permits", 1_024);
  }

  /** Returns the flags that there are for the server, whose permits are what it has by default. */
  public static Flags serverFlags() {
    return new Flags()
        .with("--rounds", 20)
        .with("--endpoints", 8)
        .with("--longest-millis", 3_000)
        .with("--failing", 1)
        .with("--seed", System.nanoTime() & 0xFFFF_FFFFL);
  }

  /** Kills the library and prints a line for each round; see the class comment. */
  public static void main(String[] args) throws Exception {
    Flags flags = flags().parse(args);
    library(flags, SqliteKillStore.create());
  }

  /** Does the same with the library on PostgreSQL, whose server is not killed. */
  public static void postgresql(String[] args) throws Exception {
    Flags flags = flags().parse(args);
    library(flags, PostgresqlKillStore.create());
  }

  private static void library(Flags flags, KillStore store) throws Exception {
    run(
        flags,
        store,
        (ledger, port) ->
            new LibraryVictim(
                store.place(), ledger, port, flags.number("--endpoints"), flags.get("--permits")));
  }

  /** Kills the server and prints a line for each round; see the class comment. */
  public static void server(String[] args) throws Exception {
    server(serverFlags().parse(args), SqliteKillStore.create());
  }

  /** Does the same with the server on PostgreSQL, which is not killed itself. */
  public static void serverOnPostgresql(String[] args) throws Exception {
    server(serverFlags().parse(args), PostgresqlKillStore.create());
  }

  private static void server(Flags flags, KillStore store) throws Exception {
    run(
        flags.with("--permits", EngineLimits.forHeap(0).maxInFlight()),
        store,
        (ledger, port) ->
            new ServerVictim(store.serverFlags(), ledger, port, flags.number("--endpoints")));
  }

  private static void run(Flags flags, KillStore store, VictimFactory factory) throws Exception {
    boolean good;
    try (store) {
      KillBench bench = new KillBench(flags, store, factory);
      try {
        good = bench.run();
      } finally {
        bench.receiver.close();
      }
    }
    System.exit(good ? 0 : 1);
  }

  private boolean run() throws IOException, SQLException, InterruptedException {
    System.out.printf("seed %d, %d permits%n%n", flags.get("--seed"), flags.get("--permits"));
    System.out.printf(
        "%5s %8s %6s %10s %10s %6s %8s %6s %15s%n",
        "round", "load ms", "kills", "messages", "arrived", "lost", "repeats", "late", "first, ms");
    Ledger.Round total = new Ledger.Round(0, 0, 0, 0, 0, 0);
    for (int i = 1; i <= flags.get("--rounds"); i++) {
      total = total.plus(round(i));
    }
    print("total", "", kills, total, "");
    restarts.print();
    System.out.printf(
        "repeats for each kill: %.1f; at most %d permits were in use%n",
        (double) total.repeats() / kills, flags.get("--permits"));
    if (shown > 0) {
      System.out.printf(
          "%d messages are listed; nobody had got an answer for %d of them%n", shown, unheard);
    }
    boolean good =
        total.lost() == 0 && total.late() == 0 && total.backwards() == 0 && exceeded == 0 && !left;
    System.out.println(good ? "nothing was lost" : "NOT AS PROMISED; see above");
    return good;
  }

  private Ledger.Round round(int number) throws IOException, SQLException, InterruptedException {
    int killsBefore = kills;
    long millis = random.nextLong(LEAST_MILLIS, flags.get("--longest-millis"));
    Victim.Running loading = victim.load();
    await("a message is accepted", ledger::hasAccepted);
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    kill(loading);
    StringBuilder first = new StringBuilder();
    if (random.nextBoolean()) {
      awaitRead();
      long begun = System.nanoTime();
      Victim.Running again = victim.drain();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(LEAST_MILLIS, 1_500)));
      kill(again);
      restarts.noteFirst(begun, ledger.firstAt(), first);
    }
    awaitRead();
    long begun = System.nanoTime();
    Victim.Running draining = victim.drain();
    draining.awaitOpen();
    long opened = System.nanoTime();
    restarts.noteOpen(begun, opened);
    boolean settled = awaitSettled(opened);
    restarts.noteFirst(begun, ledger.firstAt(), first);
    List<String> listed = draining.shown(ledger.floor());
    draining.end();
    if (!settled || store.hasWaiting()) {
      System.out.println("deliveries wait in the store for ever");
      left = true;
    }
    long missing = ledger.missing(listed);
    if (missing > 0) {
      System.out.println(missing + " deliveries of messages that are listed did not arrive");
      left = true;
    }
    shown += listed.size();
    unheard += ledger.unheard(listed);
    Ledger.Round round = ledger.end();
    exceeded += round.repeats() > (kills - killsBefore) * flags.get("--permits") ? 1 : 0;
    print(Integer.toString(number), Long.toString(millis), kills - killsBefore, round, first);
    return round;
  }

  /** Waits until all that the killed process sent has been read: what comes next is the next's. */
  private void awaitRead() {
    await("the killed process's connections are read", () -> receiver.open() == 0);
    ledger.awaitFirst();
  }

  private void kill(Victim.Running process) throws InterruptedException {
    process.kill();
    kills++;
  }

  /** Waits until all has arrived and nothing comes any more; until it was open, nothing could. */
  private boolean awaitSettled(long openSince) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!ledger.settled(QUIET_NANOS, openSince)) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(50_000_000);
    }
    return true;
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("not within 90 s: " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void print(
      String name, String millis, int kills, Ledger.Round round, CharSequence first) {
    System.out.printf(
        "%5s %8s %6d %10d %10d %6d %8d %6d %15s%n",
        name,
        millis,
        kills,
        round.accepted(),
        round.arrived(),
        round.lost(),
        round.repeats(),
        round.late() + round.backwards(),
        first);
  }
}
