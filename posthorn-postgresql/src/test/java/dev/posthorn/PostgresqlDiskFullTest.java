package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.SmallDisk;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A database whose disk is full, for real: what was accepted stays, what cannot be stored is
 * refused, and everything resumes without a restart once there is room. The disk is a mounted one,
 * which only root may do; elsewhere the tests are skipped. Each has a server of its own.
 */
@ExtendWith(PostgresqlExtension.class) // where no server can run, this is skipped too
class PostgresqlDiskFullTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final byte[] PAYLOAD = new byte[64 * 1_024];

  private final Set<String> accepted = new LinkedHashSet<>();
  private final CountDownLatch answers = new CountDownLatch(1);

  private static SmallDisk disk(int megabytes) {
    try {
      return SmallDisk.mount(megabytes);
    } catch (IOException e) {
      return abort("no small disk can be mounted here: " + e.getMessage());
    }
  }

  private static Posthorn open(TestDatabase database) {
    PostgresqlOptions store =
        PostgresqlOptions.builder(database.url())
            .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
            .build();
    return Posthorn.open(
        PosthornOptions.builder(store)
            .secretKey(KEY)
            .sendTimeout(Duration.ofSeconds(1))
            .allowNetworks("127.0.0.0/8")
            .build());
  }

  /** Answers nothing until {@link #answers}. */
  private Answer answerLate(ReceivedRequest request) {
    try {
      answers.await();
      return Answer.status(204);
    } catch (InterruptedException e) {
      return Answer.status(500);
    }
  }

  /** Sends a message; returns the reason of its refusal, or null. */
  private @Nullable Reason send(Posthorn posthorn) {
    try {
      accepted.add(
          posthorn.send(NewMessage.of("file.added", PAYLOAD, "application/octet-stream")).id());
      return null;
    } catch (PosthornException e) {
      return e.reason();
    }
  }

  private static Map<String, Integer> arrivals(Receiver receiver) {
    Map<String, Integer> counts = new HashMap<>();
    for (ReceivedRequest request : receiver.requests()) {
      counts.merge(String.valueOf(request.header("webhook-id")), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void aFullTablespaceRefusesMessagesAndKeepsOutcomes() throws Exception {
    try (SmallDisk disk = disk(64);
        EmbeddedPostgresql server = EmbeddedPostgresql.start();
        Receiver receiver = Receiver.answering(this::answerLate)) {
      TestDatabase database = server.createDatabase(disk.folder());
      try (Posthorn posthorn = open(database)) {
        posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
        for (int i = 0; i < 5; i++) {
          assertThat(send(posthorn)).isNull();
        }
        receiver.awaitRequests(1);
        disk.fill();
        Await.until("messages are refused", () -> send(posthorn) == Reason.STORE_FULL);
        answers.countDown(); // the outcomes come while the disk is full
        Await.until(
            "the outcomes are stored, or known to wait",
            () -> arrivals(receiver).keySet().containsAll(accepted));
        disk.free();
        Await.until("messages are accepted again", () -> send(posthorn) == null);
        Await.until(
            "every delivery has its outcome",
            () ->
                accepted.stream()
                    .allMatch(
                        id ->
                            posthorn
                                .messages()
                                .get(id)
                                .deliveries()
                                .containsValue(DeliveryState.SUCCEEDED)));
        assertThat(arrivals(receiver))
            .containsOnlyKeys(accepted)
            .allSatisfy((id, count) -> assertThat(count).isOne());
        assertThat(posthorn.health().state()).isEqualTo(Health.State.READY);
      }
    }
  }

  @Test
  void aServerThatEndsSinceItCannotWriteItsLogLosesNothing() throws Exception {
    answers.countDown();
    try (SmallDisk disk = disk(64);
        EmbeddedPostgresql server =
            EmbeddedPostgresql.builder().log(disk.folder().resolve("wal")).sync(true).start();
        Receiver receiver = Receiver.answering(this::answerLate)) {
      TestDatabase database = server.createDatabase();
      try (Posthorn posthorn = open(database)) {
        posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
        assertThat(send(posthorn)).isNull();
        disk.fill();
        Await.until(
            "the server panics",
            () -> {
              send(posthorn);
              return log(server).contains("PANIC");
            });
        disk.free();
        Await.until("the server runs", () -> isBack(server, database));
        Await.until("messages are accepted again", () -> send(posthorn) == null);
        Await.until(
            "all that was accepted has arrived",
            () -> arrivals(receiver).keySet().containsAll(accepted));
        assertThat(posthorn.health().state()).isEqualTo(Health.State.READY);
      }
    }
  }

  private static String log(EmbeddedPostgresql server) {
    try {
      return Files.readString(server.log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the server again if it ended because the disk was full during its recovery, too. */
  private static boolean isBack(EmbeddedPostgresql server, TestDatabase database) {
    try {
      if (!server.isRunning()) {
        server.startServer();
      }
      database.connect().close();
      return true;
    } catch (IOException | SQLException e) {
      return false;
    }
  }
}
