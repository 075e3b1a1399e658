package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Instances of the library that share a schema, from the outside. */
@ExtendWith(PostgresqlExtension.class)
class SharedSchemaTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final int APPLICATIONS = 20;

  private static Posthorn open(TestDatabase database) {
    return Posthorn.open(
        PosthornOptions.builder(
                PostgresqlOptions.builder(database.url())
                    .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
                    .readers(2)
                    .listReaders(1)
                    .singleOwner(false)
                    .build())
            .secretKey(KEY)
            .allowNetworks("127.0.0.0/8")
            .retrySchedule(RetrySchedule.of(Duration.ofMillis(50), Duration.ofMillis(50)))
            .build());
  }

  /** Sends a message to each application through an instance. */
  private static void send(Posthorn posthorn, List<Receipt> receipts) {
    for (int i = 0; i < APPLICATIONS; i++) {
      receipts.add(posthorn.application("customer-" + i).send("invoice.paid", "{}"));
    }
  }

  private static void awaitAll(Posthorn posthorn, Receiver receiver, List<Receipt> receipts) {
    for (int i = 0; i < receipts.size(); i++) {
      String id = receipts.get(i).id();
      Application application = posthorn.application("customer-" + i % APPLICATIONS);
      Await.until(
          "success of " + id,
          () ->
              application.messages().get(id).deliveries().values().stream()
                  .allMatch(state -> state == DeliveryState.SUCCEEDED));
    }
    assertThat(receiver.count()).as("each arrived once").isEqualTo(receipts.size());
  }

  @Test
  void eachAcceptsForAllAndTheRestGoOnWhenOneEnds(TestDatabase database) {
    List<Receipt> receipts = new ArrayList<>();
    try (Receiver receiver = Receiver.start();
        Posthorn one = open(database);
        Posthorn two = open(database)) {
      for (int i = 0; i < APPLICATIONS; i++) {
        one.application("customer-" + i).endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
      }
      SharedInstances.awaitOwners(database, 2);
      send(one, receipts);
      send(two, receipts);
      try (Posthorn three = open(database)) {
        send(three, receipts);
        SharedInstances.awaitOwners(database, 3);
        send(one, receipts);
        send(three, receipts);
      }
      send(two, receipts);
      SharedInstances.awaitOwners(database, 2);
      awaitAll(one, receiver, receipts);
      two.close();
      SharedInstances.awaitOwners(database, 1);
      send(one, receipts);
      awaitAll(one, receiver, receipts);
      assertThat(one.health().state()).isEqualTo(Health.State.READY);
    }
  }
}
