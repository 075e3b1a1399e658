package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.chaos.DatabaseProxy;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A database that accepts connections and answers slowly, to instances that share it. */
@ExtendWith(PostgresqlExtension.class)
class SlowDatabaseTest {
  private static final int SOME = 20;

  private TestDatabase database;
  private DatabaseProxy proxy;
  private Receiver receiver;

  @BeforeEach
  void start(TestDatabase own) throws Exception {
    database = own;
    proxy = new DatabaseProxy("127.0.0.1", own.server().port());
    receiver = Receiver.start();
  }

  @AfterEach
  void stop() {
    proxy.close();
    receiver.close();
  }

  private Posthorn open() {
    return Posthorn.open(
        PosthornOptions.builder(
                PostgresqlOptions.builder(database.urlThrough(proxy.port()))
                    .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
                    .readers(2)
                    .listReaders(1)
                    .build())
            .secretKey(SendingProcess.KEY)
            .sendTimeout(Duration.ofSeconds(1))
            .allowNetworks("127.0.0.0/8")
            .build());
  }

  /** Begins to send to each application in turn, and keeps the errors. */
  private static Sender sender(Posthorn posthorn, Queue<String> errors) {
    return new Sender(
        number -> {
          try {
            return SendingProcess.send(posthorn, number);
          } catch (PosthornException e) {
            errors.add(e.reason() + ": " + e.getMessage());
            throw e;
          }
        });
  }

  @Test
  void slowAnswersAreErrorsThatSaySoUntilTheDatabaseIsFasterAgain() throws Exception {
    Queue<String> errors = new ConcurrentLinkedQueue<>();
    try (Posthorn one = open();
        Posthorn two = open()) {
      for (int i = 0; i < SendingProcess.APPLICATIONS; i++) {
        one.application("customer-" + i).endpoints().add(NewEndpoint.of(receiver.url("/")));
      }
      SharedInstances.awaitOwners(database, 2);
      try (Sender first = sender(one, errors);
          Sender second = sender(two, errors)) {
        first.awaitMore(SOME);
        second.awaitMore(SOME);
        proxy.delay(Duration.ofSeconds(2)); // more than a lease has for an answer
        Await.until("their leases are over", () -> errors.size() > 5);
        proxy.delay(Duration.ZERO);
        first.awaitMore(SOME);
        second.awaitMore(SOME);
        first.stop();
        second.stop();
        Set<String> accepted = new HashSet<>(first.accepted());
        accepted.addAll(second.accepted());
        Await.until(
            "all was delivered", () -> SharedInstances.received(receiver).containsAll(accepted));
      }
      SharedInstances.awaitOwners(database, 2);
      assertThat(one.health().isReady() && two.health().isReady()).isTrue();
    }
    assertThat(errors).isNotEmpty().allMatch(error -> error.length() > 40);
  }
}
