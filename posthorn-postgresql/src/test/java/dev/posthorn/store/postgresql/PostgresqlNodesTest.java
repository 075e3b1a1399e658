package dev.posthorn.store.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.NewEndpoint;
import dev.posthorn.PostgresqlOptions;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.internal.postgresql.store.OpenDatabase;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresqlExtension.class)
class PostgresqlNodesTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final int ALL = 256;

  private PostgresqlOptions options;

  @BeforeEach
  void choose(TestDatabase database) {
    options =
        PostgresqlOptions.builder(database.url())
            .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
            .singleOwner(false)
            .build();
    PostgresqlSchema.migrate(options);
  }

  private Posthorn open() {
    return Posthorn.open(
        PosthornOptions.builder(options).secretKey(KEY).allowNetworks("127.0.0.0/8").build());
  }

  private List<PostgresqlNode> nodes() {
    return PostgresqlNodes.read(options).nodes();
  }

  private void awaitShares(int... shares) {
    Await.until(
        "the partitions are shared out",
        () ->
            nodes().stream()
                .mapToInt(node -> node.partitions().size())
                .boxed()
                .toList()
                .equals(Arrays.stream(shares).boxed().toList()));
  }

  @Test
  void aSchemaThatNobodyHasJoinedHasUnownedPartitions() {
    PostgresqlNodes none = PostgresqlNodes.read(options);
    assertThat(none.nodes()).isEmpty();
    assertThat(none.unowned()).hasSize(ALL);
    assertThat(PostgresqlNodes.drain(options, 1)).isFalse();
  }

  @Test
  void nodesAreShownInTheOrderInWhichTheyJoined() {
    try (Posthorn one = open();
        Posthorn two = open()) {
      awaitShares(128, 128);
      PostgresqlNodes both = PostgresqlNodes.read(options);
      assertThat(both.unowned()).isEmpty();
      PostgresqlNode first = both.nodes().getFirst();
      PostgresqlNode last = both.nodes().getLast();
      assertThat(first.id()).isNotEqualTo(last.id());
      assertThat(first.since()).isBefore(last.since());
      assertThat(last.since()).isBefore(both.time());
      assertThat(first.name()).endsWith("process " + ProcessHandle.current().pid());
      assertThat(first.version()).isNotEmpty();
      assertThat(first.state()).isEqualTo(PostgresqlNode.State.ACTIVE);
      assertThat(first.leaseLeft()).isBetween(Duration.ZERO, Duration.ofSeconds(3));
      var all = new TreeSet<>(first.partitions());
      all.addAll(last.partitions());
      assertThat(all).hasSize(ALL);
      assertThat(one.health().state()).isEqualTo(two.health().state());
    }
  }

  @Test
  void aNodeThatIsAskedToGivesItsPartitionsAwayAndGoesOnAccepting() throws Exception {
    try (Receiver receiver = Receiver.start();
        Posthorn one = open();
        Posthorn two = open()) {
      awaitShares(128, 128);
      one.application("acme").endpoints().add(NewEndpoint.of(receiver.url("/")));
      assertThat(PostgresqlNodes.drain(options, nodes().getFirst().id())).isTrue();
      awaitShares(0, ALL);
      assertThat(nodes().stream().map(PostgresqlNode::state))
          .containsExactly(PostgresqlNode.State.DRAINING, PostgresqlNode.State.ACTIVE);
      one.application("acme").send("invoice.paid", "{}");
      Await.until("the other one delivers it", () -> receiver.count() == 1);
      assertThat(two.health().isReady()).isTrue();
    }
  }

  @Test
  void aDrainIsCanceledAndTheLastNodeKeepsItsPartitions() {
    try (Posthorn one = open()) {
      awaitShares(ALL);
      PostgresqlNodes.drain(options, nodes().getFirst().id());
      try (Posthorn two = open()) {
        awaitShares(0, ALL);
        PostgresqlNodes.drain(options, nodes().getLast().id());
        assertThat(PostgresqlNodes.cancelDrain(options, nodes().getFirst().id())).isTrue();
        awaitShares(ALL, 0);
        PostgresqlNodes.drain(options, nodes().getFirst().id());
        PostgresqlNodes.cancelDrain(options, nodes().getLast().id());
        awaitShares(0, ALL);
        assertThat(two.health().isReady()).isTrue();
      }
      awaitShares(ALL);
      assertThat(nodes().getFirst().state()).isEqualTo(PostgresqlNode.State.DRAINING);
      assertThat(one.health().isReady()).isTrue();
    }
  }

  @Test
  void aStoreWithoutAnEngineIsJoining() {
    try (var store = OpenDatabase.open(options, OpenWait.upTo(Duration.ZERO)).store()) {
      assertThat(store.lease().isHeld()).isTrue();
      assertThat(nodes().stream().map(PostgresqlNode::state))
          .containsExactly(PostgresqlNode.State.JOINING);
    }
  }

  @Test
  void whatOthersHaveCommittedForANodeIsCounted(TestDatabase database) {
    try (Posthorn one = open()) {
      awaitShares(ALL);
      one.close();
      database.execute(
          "INSERT INTO posthorn.node (id, slot, epoch, host, version, started) VALUES (5, 0, 1,"
              + " 'elsewhere', '1', now());INSERT INTO posthorn.heartbeat (node, expires,"
              + " duration_ms) VALUES (5, now() - interval '2 seconds', 10000);UPDATE"
              + " posthorn.assignment SET node = 5 WHERE partition = 7;INSERT INTO posthorn.handoff"
              + " (id, subject, place, partition, kind, endpoints) VALUES ((extract(epoch FROM"
              + " now()) * 1000 - 60000)::bigint << 21, 1, 0, 7, 0, ''), (9000000000000000000, 1,"
              + " 0, 7, 0, ''), (1, 1, 0, 8, 0, '')");
      PostgresqlNode node = nodes().getFirst();
      assertThat(node.partitions()).containsExactly(7);
      assertThat(node.waiting()).isEqualTo(2);
      assertThat(node.lag()).isBetween(Duration.ofSeconds(59), Duration.ofMinutes(2));
      assertThat(node.leaseLeft()).isNegative();
    }
  }
}
