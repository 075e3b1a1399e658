package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.NodeStatus;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.Partitions;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.testkit.chaos.DatabaseProxy;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Several stores share a schema, as processes do. Takes as long as a few leases, whose shortest is
 * three seconds.
 */
@ExtendWith(PostgresqlExtension.class)
class NodesTest {
  private static final int ALL = 256;

  private final SharingNode.Neighbors neighbors = new SharingNode.Neighbors();
  private TestDatabase database;
  private DatabaseProxy proxy;

  @BeforeEach
  void create(TestDatabase own) throws Exception {
    database = own;
    proxy = new DatabaseProxy("127.0.0.1", own.server().port());
    new Schema(Database.of(PostgresqlOptions.of(own.url()))).migrate();
  }

  @AfterEach
  void check() {
    proxy.close();
    assertThat(neighbors.faults()).isEmpty();
  }

  private SharingNode join(String name) {
    return SharingNode.join(name, database.url(), neighbors);
  }

  private SharingNode joinThroughProxy(String name) {
    return SharingNode.join(name, database.urlThrough(proxy.port()), neighbors);
  }

  private static void awaitShares(int each, SharingNode... nodes) {
    Await.until(
        "all partitions have owners, in even shares",
        () -> {
          List<Set<Integer>> shares = Stream.of(nodes).map(SharingNode::owned).toList();
          Set<Integer> all = new TreeSet<>();
          shares.forEach(all::addAll);
          return all.size() == ALL && shares.stream().allMatch(share -> share.size() <= each);
        });
  }

  private void assertRowsSay(SharingNode... nodes) {
    assertThat(
            database.query(
                "SELECT count(*) FROM posthorn.assignment WHERE node IS NOT NULL"
                    + " GROUP BY node ORDER BY 1"))
        .containsExactlyElementsOf(
            Stream.of(nodes)
                .map(node -> node.owned().size())
                .sorted()
                .map(String::valueOf)
                .toList());
  }

  @Test
  void oneAloneOwnsEverythingFromTheStart() {
    try (SharingNode one = join("one")) {
      assertThat(one.owned()).hasSize(ALL);
      assertRowsSay(one);
    }
    assertThat(database.query("SELECT id FROM posthorn.node")).isEmpty();
    assertThat(database.query("SELECT node FROM posthorn.heartbeat")).isEmpty();
    assertThat(database.query("SELECT count(node) FROM posthorn.assignment")).containsExactly("0");
  }

  /** A batch of each node leaves a row; the owner of the first partition removes them. */
  @Test
  void whatOthersWriteIsRemovedAlthoughTheOwnerOfTheFirstPartitionWritesNothing() {
    addFloors(1, 25_000);
    try (SharingNode one = join("one")) {
      assertThat(one.owned()).contains(0);
      awaitFloors("25000");
      addFloors(25_001, 25_100);

      one.time(20_000);

      awaitFloors("25100");
    }
  }

  /** Keys, payloads and applications that end, all of which other nodes have committed. */
  @Test
  void whatOthersLetEndIsRemovedByAnOwnerThatWritesNothing() {
    addFloors(1, 25_000);
    try (SharingNode one = join("one")) {
      awaitFloors("25000"); // it has looked for everything
      database.execute(
          "INSERT INTO posthorn.dedupe (message, expires, partition, scope, key, hash)"
              + " VALUES (1, 15000, "
              + Partitions.of("a".hashCode(), ALL)
              + ", 'a', 'b', '');"
              + "INSERT INTO posthorn.payload_end (partition, due, message) VALUES (7, 15000, 1);"
              + "INSERT INTO posthorn.removed_application (partition, id) VALUES (7, 1)");

      one.time(20_000);

      Await.until(
          "nothing is left",
          () ->
              database
                  .query(
                      "SELECT 'key' FROM posthorn.dedupe UNION ALL SELECT 'payload' FROM"
                          + " posthorn.payload_end UNION ALL SELECT 'application' FROM"
                          + " posthorn.removed_application")
                  .isEmpty());
    }
  }

  private void addFloors(int first, int last) {
    database.execute(
        "INSERT INTO posthorn.id_floor (id) SELECT generate_series(" + first + ", " + last + ")");
  }

  private void awaitFloors(String last) {
    Await.until(
        "only " + last + " is left",
        () -> database.query("SELECT id FROM posthorn.id_floor").equals(List.of(last)));
  }

  @Test
  void nodesThatComeAndGoShareEvenly() {
    try (SharingNode one = join("one");
        SharingNode two = join("two")) {
      awaitShares(128, one, two);
      assertThat(one.store().lease().slot()).isNotEqualTo(two.store().lease().slot());
      try (SharingNode three = join("three")) {
        awaitShares(86, one, two, three);
        assertRowsSay(one, two, three);
        three.store().leave();
        awaitShares(128, one, two);
        assertThat(three.owned()).as("released in order, while it is open").isEmpty();
      }
      awaitShares(128, one, two);
      two.close(); // without leaving first
      awaitShares(ALL, one);
    }
  }

  @Test
  void partitionsOfANodeThatIsCutOffAreTakenOverAndItJoinsAgain() throws Exception {
    try (SharingNode one = join("one");
        SharingNode two = joinThroughProxy("two")) {
      awaitShares(128, one, two);
      Batch before = new Batch();
      before.epoch = two.store().lease().epoch();
      before.idFloor = 5;
      proxy.refuse(true);
      proxy.cutAll();
      Await.until("all belongs to the other one", () -> one.owned().size() == ALL);
      assertThat(two.store().lease().isHeld()).isFalse();
      assertThat(two.epochsAtLoss()).as("it cannot know yet").isEmpty();

      proxy.refuse(false);
      Await.until("it has joined again", () -> two.store().lease().isHeld());
      assertThat(two.epochsAtLoss()).containsExactly(before.epoch);
      assertThat(two.store().lease().epoch()).isNotEqualTo(before.epoch);
      assertThat(two.store().lease().fenced()).isNull();
      assertThatThrownBy(() -> two.commit(before))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOST));
      assertThat(one.store().idFloor()).isZero();
      two.commit(batch -> batch.idFloor = 6);
      assertThat(one.store().idFloor()).isEqualTo(6);
      Await.until("it is given partitions again", () -> !two.owned().isEmpty());
    }
  }

  @Test
  void aNodeThatIsDrainedStaysSoWhenItJoinsAgain() throws Exception {
    try (SharingNode one = join("one");
        SharingNode two = joinThroughProxy("two")) {
      awaitShares(128, one, two);
      String others = "SELECT node FROM posthorn.assignment WHERE partition = ";
      String id = String.valueOf(database.query(others + two.owned().iterator().next()).getFirst());
      database.execute("UPDATE posthorn.heartbeat SET draining = true WHERE node = " + id);
      Await.until("it owns nothing", () -> one.owned().size() == ALL);
      proxy.refuse(true);
      proxy.cutAll();
      String lost = "SELECT id FROM posthorn.node WHERE id = " + id;
      Await.until("the other one took over", () -> database.query(lost).isEmpty());
      proxy.refuse(false);
      String drained = "SELECT count(*) FROM posthorn.heartbeat WHERE draining AND NOT claims";
      Await.until(
          "it has joined again, drained", () -> database.query(drained).equals(List.of("1")));
      assertThat(two.store().lease().status())
          .isEqualTo(new NodeStatus(NodeStatus.State.DRAINING, 0, 1));
      assertThat(one.store().lease().status())
          .isEqualTo(new NodeStatus(NodeStatus.State.ACTIVE, 1, 0));
      assertThat(one.owned()).hasSize(ALL);
    }
  }

  /** A partition of which it does not know: the answer to its claim was lost. */
  @Test
  void aNodeThatIsDrainedAlsoGivesAwayWhatItDoesNotKnowOf() {
    database.execute(
        "INSERT INTO posthorn.node (id, slot, epoch, host, version, started)"
            + " VALUES (5, 200, 1, 'elsewhere', '1', now());"
            + "INSERT INTO posthorn.heartbeat (node, expires, duration_ms, claims)"
            + " VALUES (5, now() + interval '1 hour', 3600000, false);"
            + "UPDATE posthorn.assignment SET node = 5 WHERE partition = 7");
    try (SharingNode one = join("one");
        SharingNode two = join("two")) {
      Await.until(
          "they share the others",
          () -> one.owned().size() == 128 && one.owned().size() + two.owned().size() == ALL - 1);
      String drained =
          "(SELECT node FROM posthorn.assignment WHERE partition = "
              + one.owned().iterator().next()
              + ")";
      database.execute(
          "UPDATE posthorn.assignment SET node = "
              + drained
              + " WHERE partition = 7;UPDATE posthorn.heartbeat SET draining = true WHERE node = "
              + drained);
      Await.until("the other one owns all", () -> two.owned().size() == ALL);
      assertRowsSay(two);
    }
  }

  @Test
  void aBatchUnderWayAtTheTakeoverIsNotWritten() throws Exception {
    try (SharingNode one = join("one");
        SharingNode two = joinThroughProxy("two")) {
      awaitShares(128, one, two);
      long epoch = two.store().lease().epoch();
      proxy.stall(); // its renewals, and what it writes, arrive much later
      Await.until("all belongs to the other one", () -> one.owned().size() == ALL);
      proxy.cutAll();
      proxy.flow();
      Batch late = new Batch();
      late.epoch = epoch;
      late.idFloor = 7;
      assertThatThrownBy(() -> two.commit(late)).isInstanceOf(StoreException.class);
      Await.until("it knows", () -> two.store().lease().epoch() != epoch);
      assertThat(one.store().idFloor()).isZero();
    }
  }

  @Test
  void claimsWhoseAnswerIsLostAreFoundAgain() {
    try (SharingNode one = joinThroughProxy("one")) {
      try (SharingNode two = join("two")) {
        awaitShares(128, one, two);
        proxy.loseAnswerToCommit();
      }
      awaitShares(ALL, one);
    }
  }

  @Test
  void oneWhoWantsAllForItselfWaitsForThoseWhoShare() {
    try (SharingNode one = join("one")) {
      PostgresqlOptions alone = PostgresqlOptions.builder(database.url()).singleOwner(true).build();
      assertThatThrownBy(() -> OpenDatabase.open(alone, OpenWait.upTo(Duration.ZERO)))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED));
      assertThat(one.owned()).hasSize(ALL);
      one.close();
      try (var store = OpenDatabase.open(alone, OpenWait.upTo(Duration.ZERO)).store();
          SharingNode two = join("two")) {
        assertThat(store.lease().isHeld()).isTrue();
        assertThat(two.owned()).as("it waits for its turn").isEmpty();
        store.close();
        awaitShares(ALL, two);
      }
    }
  }

  @Test
  void aStoreThatNobodySubscribesToTakesNothing() {
    PostgresqlOptions options =
        PostgresqlOptions.builder(database.url()).singleOwner(false).build();
    try (var store = OpenDatabase.open(options, OpenWait.upTo(Duration.ZERO)).store();
        SharingNode one = join("one")) {
      assertThat(store.lease().isHeld()).isTrue();
      assertThat(one.owned()).hasSize(ALL);
      assertThat(database.query("SELECT claims FROM posthorn.heartbeat ORDER BY claims"))
          .isEqualTo(List.of("f", "t"));
    }
  }
}
