package dev.posthorn.internal.inbox;

import dev.posthorn.InboxOptions;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.internal.crypto.SecretKey;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that measures the inbox: {@code latency URL SCRIPT} the time from the commit of a
 * transaction to the receiver, {@code backlog URL SCRIPT ROWS} the time to relay what waits.
 */
final class InboxFigures {
  private static final Logger LOG = LoggerFactory.getLogger(InboxFigures.class);
  private static final int PAGE = 1_000;
  private static final int MESSAGES = 1_000;
  private static final int WARM_UP = 300;
  private static final long PAUSE_NANOS = 10_000_000;

  private InboxFigures() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("posthorn-inbox-");
    String url = arguments[1].replace("FOLDER", folder.toString());
    InboxDatabase database = new InboxDatabase(url, arguments[2]);
    if (arguments[0].equals("latency")) {
      latency(folder, database, false);
      latency(folder, database, true);
    } else {
      backlog(folder, database, Integer.parseInt(arguments[3]));
    }
    System.exit(0);
  }

  private static Posthorn open(Path folder, InboxDatabase database) {
    return Posthorn.open(
        PosthornOptions.builder(folder.resolve("webhooks.db"))
            .allowNetworks("127.0.0.0/8")
            .inbox(InboxOptions.of(database))
            .build());
  }

  private static void latency(Path folder, InboxDatabase database, boolean nudged)
      throws SQLException {
    Map<String, Long> arrived = new ConcurrentHashMap<>();
    try (Receiver receiver =
            Receiver.answering(
                request -> {
                  arrived.put(
                      Objects.requireNonNull(request.header("webhook-id")), System.nanoTime());
                  return Answer.status(200);
                });
        Posthorn posthorn = open(folder, database);
        Connection connection = database.getConnection()) {
      posthorn.endpoints().list().forEach(each -> posthorn.endpoints().remove(each.id()));
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      connection.setAutoCommit(false);
      List<Long> micros = new ArrayList<>();
      for (int i = 0; i < WARM_UP + MESSAGES; i++) {
        String id =
            posthorn.send(connection, "invoice.paid", "{\"text\":\"" + "x".repeat(1_000) + "\"}");
        connection.commit();
        long committed = System.nanoTime();
        if (nudged) {
          posthorn.inbox().nudge();
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        Await.until("it arrives", () -> arrived.containsKey(id));
        if (i >= WARM_UP) {
          micros.add((Objects.requireNonNull(arrived.get(id)) - committed) / 1_000);
        }
      }
      long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
      LOG.warn(
          "nudged {}: commit to receiver p50 {} us, p99 {} us, max {} us",
          nudged,
          sorted[sorted.length / 2],
          sorted[sorted.length * 99 / 100],
          sorted[sorted.length - 1]);
    }
  }

  private static void backlog(Path folder, InboxDatabase database, int rows) throws SQLException {
    long begun = System.nanoTime();
    InboxWriter writer =
        new InboxWriter(
            InboxOptions.of(database), new PayloadCipher(SecretKey.keyring("00".repeat(32))));
    byte[] payload = ("{\"text\":\"" + "x".repeat(1_000) + "\"}").getBytes(StandardCharsets.UTF_8);
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < rows / PAGE; i++) {
        List<SendRequest> page = new ArrayList<>();
        for (int n = 0; n < PAGE; n++) {
          page.add(
              new SendRequest(
                  1,
                  "invoice.paid",
                  List.of(),
                  "application/json",
                  payload,
                  SendRequest.Options.NONE.withPublicId(PublicIds.random(IdPrefix.MESSAGE))));
        }
        writer.write(connection, "default", page, TraceContext.NONE, System.currentTimeMillis());
        connection.commit();
      }
    }
    LOG.warn("{} rows written in {} s", rows, seconds(begun));
    Runtime.getRuntime().gc();
    begun = System.nanoTime();
    try (Receiver receiver = Receiver.counting();
        Posthorn posthorn = open(folder, database)) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      Await.until(
          "all are relayed",
          Duration.ofMinutes(30),
          () -> {
            LockSupport.parkNanos(100_000_000);
            return posthorn.inbox().stats().relayed() >= rows;
          });
      LOG.warn("{} rows relayed in {} s", rows, seconds(begun));
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
