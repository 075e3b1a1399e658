package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Instances that share a schema, with clocks two minutes apart. */
@ExtendWith(PostgresqlExtension.class)
class ClocksOfInstancesTest {
  private static final Duration APART = Duration.ofMinutes(1);

  private static Posthorn open(TestDatabase database, Duration ahead) {
    return Posthorn.open(
        PosthornOptions.builder(
                PostgresqlOptions.builder(database.url())
                    .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
                    .readers(2)
                    .listReaders(1)
                    .build())
            .secretKey(SendingProcess.KEY)
            .allowNetworks("127.0.0.0/8")
            .clock(InstantSource.offset(InstantSource.system(), ahead))
            .build());
  }

  private static boolean hasPaused(Posthorn posthorn, String endpoint) {
    return posthorn.application("acme").endpoints().list().stream()
        .anyMatch(one -> one.id().equals(endpoint) && one.state() == Endpoint.State.PAUSED);
  }

  @Test
  void whatOneThatIsAheadAcceptsIsDeliveredAtOnceAndInOrderByOneThatIsBehind(
      TestDatabase database) {
    List<String> sent = new ArrayList<>();
    try (Receiver receiver = Receiver.start();
        Posthorn behind = open(database, APART.negated());
        Posthorn ahead = open(database, APART)) {
      SharedInstances.awaitOwners(database, 2);
      String ordered =
          ahead
              .application("acme")
              .endpoints()
              .add(NewEndpoint.builder(receiver.url("/ordered")).ordered(true).build())
              .id();
      ahead.application("acme").endpoints().pause(ordered);
      Await.until("the other one has heard of it", () -> hasPaused(behind, ordered));
      String first = ahead.application("acme").send("invoice.paid", "{}").id();
      for (int i = 0; i < SendingProcess.APPLICATIONS; i++) {
        ahead.application("customer-" + i).endpoints().add(NewEndpoint.of(receiver.url("/")));
        sent.add(SendingProcess.send(ahead, i));
      }
      Await.until("it is delivered", () -> SharedInstances.received(receiver).containsAll(sent));

      ahead.close();
      SharedInstances.awaitOwners(database, 1);
      String second = behind.application("acme").send("invoice.paid", "{}").id();
      behind.application("acme").endpoints().resume(ordered);
      Await.until("the others, too", () -> receiver.count() == sent.size() + 2);
      assertThat(SharedInstances.received(receiver)).endsWith(first, second);
    }
  }
}
