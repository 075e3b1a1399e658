package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.testkit.chaos.DatabaseProxy;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.receiver.Await;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes whose database is replaced by a standby that lacks the last renewals of their leases. */
@ExtendWith(PostgresqlExtension.class) // where no server can run, this is skipped too
class FailoverNodesTest {
  private static final int ALL = 256;

  private final SharingNode.Neighbors neighbors = new SharingNode.Neighbors();
  private ServerWithStandby servers;
  private DatabaseProxy proxy;

  @BeforeEach
  void start() throws Exception {
    servers = ServerWithStandby.start();
    proxy = servers.proxy();
    new Schema(Database.of(PostgresqlOptions.of(servers.url()))).migrate();
  }

  @AfterEach
  void stop() {
    proxy.close();
    servers.close();
    assertThat(neighbors.faults()).isEmpty();
  }

  private static void awaitHalves(SharingNode one, SharingNode two) {
    Await.until(
        "all partitions have owners, in even shares",
        () -> {
          Set<Integer> all = new TreeSet<>(one.owned());
          all.addAll(two.owned());
          return all.size() == ALL && one.owned().size() == ALL / 2;
        });
  }

  /** The copy says that the lease of a node is over, and the node believes in it. */
  @Test
  void nobodyTakesOverFromANodeThatHasNotHeardOfAFailoverBeforeItsLeaseIsOver() throws Exception {
    try (SharingNode one = SharingNode.join("one", servers.url(), neighbors);
        SharingNode two = SharingNode.join("two", servers.urlThrough(proxy), neighbors)) {
      awaitHalves(one, two);
      servers.cutReplication();
      Await.until(
          "their leases are over, as the standby knows them",
          () ->
              servers
                  .promoted()
                  .query("SELECT bool_and(expires < clock_timestamp()) FROM posthorn.heartbeat")
                  .equals(List.of("t")));
      proxy.refuse(true);
      long before = one.store().lease().timeline();
      servers.failOver();
      Await.until("one owns all", () -> one.owned().size() == ALL);
      assertThat(one.store().lease().timeline()).isNotEqualTo(before);
      assertThat(two.store().lease().isHeld()).isFalse();
      proxy.refuse(false);
      awaitHalves(one, two);
      assertThat(two.epochsAtLoss()).hasSize(1);
    }
  }

  @Test
  void nodesThatHaveHeardOfAFailoverNeedNotWaitForTheirLeases() throws Exception {
    try (SharingNode one = SharingNode.join("one", servers.url(), neighbors);
        SharingNode two = SharingNode.join("two", servers.url(), neighbors)) {
      awaitHalves(one, two);
      servers.failOver();
      Await.until(
          "both have heard of it",
          () -> one.epochsAtLoss().size() + two.epochsAtLoss().size() == 2);
      awaitHalves(one, two);
      assertThat(
              servers
                  .promoted()
                  .query(
                      "SELECT count(node) || ' ' || count(DISTINCT node) FROM posthorn.assignment"))
          .containsExactly("256 2");
    }
  }
}
