package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.schema.GrownSchema;
import dev.posthorn.store.postgresql.PostgresqlNode;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import dev.posthorn.store.postgresql.PostgresqlSchema;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two versions side by side: this one in a schema that a later one has added to, while it runs; and
 * this one beside a process of an earlier schema, whose rows have only the columns of that.
 */
@ExtendWith(PostgresqlExtension.class)
class RollingUpgradeTest {
  private static final String KEY = "00".repeat(32);
  private static final int APPLICATIONS = 24;

  @AutoClose private final Receiver receiver = Receiver.start();
  private final Set<String> sent = new HashSet<>();
  private TestDatabase database;
  private PostgresqlOptions options;

  @BeforeEach
  void create(TestDatabase own) {
    database = own;
    options =
        PostgresqlOptions.builder(own.url())
            .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
            .singleOwner(false)
            .build();
    PostgresqlSchema.migrate(options);
  }

  private Posthorn open() {
    return Posthorn.open(
        PosthornOptions.builder(options).secretKey(KEY).allowNetworks("127.0.0.0/8").build());
  }

  private void addEndpoints(Posthorn posthorn) {
    for (int i = 0; i < APPLICATIONS; i++) {
      posthorn.application("customer-" + i).endpoints().add(NewEndpoint.of(receiver.url("/")));
    }
  }

  /** Sends a message to each application through an instance. */
  private void send(Posthorn posthorn) {
    for (int i = 0; i < APPLICATIONS; i++) {
      sent.add(posthorn.application("customer-" + i).send("invoice.paid", "{}").id());
    }
  }

  private void awaitAllDelivered() {
    Await.until("all has arrived", () -> received().equals(sent));
  }

  private Set<String> received() {
    return Set.copyOf(SharedInstances.received(receiver));
  }

  private int count(String rows) {
    return Integer.parseInt(
        String.valueOf(database.query("SELECT count(*) FROM " + rows).getFirst()));
  }

  private void awaitShares(int... shares) {
    Await.until(
        "the partitions are shared out",
        () -> {
          List<PostgresqlNode> nodes = PostgresqlNodes.read(options).nodes();
          for (int i = 0; i < shares.length; i++) {
            if (nodes.size() != shares.length || nodes.get(i).partitions().size() != shares[i]) {
              return false;
            }
          }
          return true;
        });
  }

  @Test
  void aLaterVersionAddsToTheSchemaWhileNodesRun() {
    try (Posthorn before = open()) {
      addEndpoints(before);
      send(before);
      GrownSchema.migrate(Database.of(options));
      send(before);
      try (Posthorn after = open()) {
        awaitShares(128, 128);
        send(before);
        send(after);
        after.application("customer-0").endpoints().add(NewEndpoint.of(receiver.url("/second")));
        send(before);
        awaitAllDelivered();
        PostgresqlNodes.drain(options, PostgresqlNodes.read(options).nodes().getFirst().id());
        awaitShares(0, 256);
        before.close();
        send(after);
        awaitAllDelivered();
        assertThat(after.health().isReady()).isTrue();
      }
    }
  }

  @Test
  void aNodeOfAnEarlierSchemaSharesAndIsTakenOver() {
    database.execute(
        "INSERT INTO posthorn.node (id, slot, epoch, host, process, version, started)"
            + " VALUES (5, 0, 1, 'earlier, process 1', NULL, '0.0.9', now());"
            + " INSERT INTO posthorn.heartbeat (node, expires, duration_ms, claims)"
            + " VALUES (5, now() + interval '1 hour', 3600000, true);"
            + " UPDATE posthorn.assignment SET node = 5, since = now()");
    try (Posthorn present = open()) {
      addEndpoints(present);
      database.execute("UPDATE posthorn.assignment SET node = NULL WHERE partition < 128");
      awaitShares(128, 128);
      send(present);
      int waiting = count("posthorn.message WHERE partition >= 128");
      assertThat(count("posthorn.handoff WHERE partition >= 128")).isEqualTo(waiting).isPositive();
      Await.until("its own have arrived", () -> received().size() == sent.size() - waiting);

      database.execute("UPDATE posthorn.heartbeat SET expires = now() WHERE node = 5");
      awaitShares(256);
      awaitAllDelivered();
      assertThat(database.query("SELECT id FROM posthorn.node WHERE id = 5")).isEmpty();
    }
  }
}
