package dev.posthorn.internal.postgresql.store;

import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Measures how late messages arrive while one of two instances that share a {@link FilledDatabase}
 * is closed, on a server that syncs. All are sent through the one that stays, to applications that
 * are spread over the partitions, until the other one has closed and all have arrived.
 *
 * <p>Arguments: endpoints, applications, times.
 */
final class HandoverMeasurement {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PROBES = 64;
  private static final int PARTITIONS = DatabaseReads.PARTITIONS;

  private final FilledDatabase filled;
  private final TestDatabase database;
  private final Map<String, Long> arrived = new ConcurrentHashMap<>();

  private HandoverMeasurement(FilledDatabase filled, TestDatabase database) {
    this.filled = filled;
    this.database = database;
  }

  public static void main(String[] arguments) throws Exception {
    try (EmbeddedPostgresql server = EmbeddedPostgresql.builder().sync(true).start();
        TestDatabase database = server.createDatabase()) {
      FilledDatabase filled = new FilledDatabase(database);
      sync(database, "off"); // it takes minutes otherwise, and is not measured
      filled.fill(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
      database.execute("VACUUM ANALYZE");
      sync(database, "on");
      new HandoverMeasurement(filled, database).run(Integer.parseInt(arguments[2]));
    }
  }

  private static void sync(TestDatabase database, String value) {
    database.execute("ALTER SYSTEM SET fsync = " + value);
    database.execute("SELECT pg_reload_conf()");
    database.execute("CHECKPOINT");
  }

  private void run(int times) throws Exception {
    try (Receiver receiver = Receiver.answering(this::note);
        Posthorn stays = filled.openShared()) {
      for (int i = 0; i < PROBES; i++) {
        stays.application("probe-" + i).endpoints().add(NewEndpoint.of(receiver.url("/")));
      }
      for (int i = 0; i < times; i++) {
        round(stays);
      }
    }
  }

  private Answer note(ReceivedRequest request) {
    arrived.put(Objects.requireNonNull(request.header("webhook-id")), System.nanoTime());
    return Answer.status(200);
  }

  private void awaitOwners(int nodes) {
    Await.until(
        "all partitions have owners, " + nodes + " in all",
        PATIENCE,
        () ->
            database
                .query("SELECT count(node) || ' ' || count(DISTINCT node) FROM posthorn.assignment")
                .equals(List.of(PARTITIONS + " " + nodes)));
  }

  private void round(Posthorn stays) throws Exception {
    Posthorn leaves = filled.openShared();
    awaitOwners(2);
    Map<String, Long> sent = new ConcurrentHashMap<>();
    send(stays, sent);
    awaitAll(sent);
    long before = longest(sent);
    sent.clear();
    long began = System.nanoTime();
    CompletableFuture<Long> closing =
        CompletableFuture.supplyAsync(
            () -> {
              leaves.close();
              return System.nanoTime() - began;
            });
    CompletableFuture<Long> owned =
        CompletableFuture.supplyAsync(
            () -> {
              awaitOwners(1);
              return System.nanoTime() - began;
            });
    while (!closing.isDone() || !owned.isDone()) {
      send(stays, sent);
    }
    awaitAll(sent);
    System.out.printf(
        Locale.ROOT,
        "closed after %d ms, all partitions with the other after %d ms; of %d messages the latest"
            + " was %d ms late (before: %d ms)%n",
        millis(closing.get()),
        millis(owned.get()),
        sent.size(),
        millis(longest(sent)),
        millis(before));
  }

  /** Sends a message to each of the applications, at the same time. */
  private static void send(Posthorn posthorn, Map<String, Long> sent) {
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < PROBES; i++) {
      long now = System.nanoTime();
      all.add(
          posthorn
              .application("probe-" + i)
              .sendAsync(NewMessage.of("a.b", Map.of()))
              .thenAccept(receipt -> sent.put(receipt.id(), now)));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
  }

  private void awaitAll(Map<String, Long> sent) {
    Await.until("all have arrived", PATIENCE, () -> arrived.keySet().containsAll(sent.keySet()));
  }

  private long longest(Map<String, Long> sent) {
    return sent.entrySet().stream()
        .mapToLong(each -> arrived.getOrDefault(each.getKey(), 0L) - each.getValue())
        .max()
        .orElse(0);
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
