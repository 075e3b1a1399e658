package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.Partitions;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each of three nodes on one database accepts for any application; its owner delivers. */
@ExtendWith(PostgresqlExtension.class)
class AcceptAnywhereTest {
  private TestDatabase database;
  private Receiver receiver;
  private List<TestNode> nodes;
  private long application;
  private EndpointRow endpoint;
  private Set<Integer> partition;

  @BeforeEach
  void start(TestDatabase own) {
    database = own;
    receiver = Receiver.start();
    DatabaseFixture.partitioned(own).open().close();
    nodes = List.of(new TestNode(own, 0), new TestNode(own, 1), new TestNode(own, 2));
    application =
        nodes.get(0).engine.applicationAdmin().create(1, null, "one", Map.of()).join().id();
    endpoint =
        nodes
            .get(1)
            .engine
            .endpointAdmin()
            .create(application, EndpointDraft.of(EndpointSpec.to(receiver.url("/hooks")).build()))
            .join();
    partition = Set.of(Partitions.of(application, DatabaseReads.PARTITIONS));
  }

  @AfterEach
  void close() {
    nodes.forEach(TestNode::close);
    receiver.close();
  }

  private SendRequest message(String body, @Nullable String eventId) {
    return new SendRequest(
        application,
        "type",
        List.of(),
        "text/plain",
        body.getBytes(StandardCharsets.UTF_8),
        new SendRequest.Options(eventId, 0, 0, null));
  }

  private CompletableFuture<SendResult> send(int node, String body) {
    return nodes.get(node).engine.messages().acceptAsync(message(body, null));
  }

  private String count(String table) {
    return database.query("SELECT count(*) FROM posthorn." + table).iterator().next();
  }

  private void awaitDelivered(int count) {
    Await.until(
        count + " deliveries",
        () ->
            database
                .query("SELECT count(*) FROM posthorn.attempt WHERE state = 1")
                .contains(Integer.toString(count)));
    Await.until("handoffs taken in", () -> count("handoff").equals("0"));
    assertThat(count("parked")).isEqualTo("0");
    assertThat(count("hot")).isEqualTo("0");
  }

  @Test
  void theOwnerDeliversWhatAnyNodeAccepts() {
    nodes.get(2).assign(partition);
    List<CompletableFuture<SendResult>> sent = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      sent.add(send(i % 3, "body " + i));
    }
    assertThat(sent.stream().map(result -> result.join().message()).distinct()).hasSize(300);
    awaitDelivered(300);
    assertThat(receiver.count()).isEqualTo(300);
  }

  @Test
  void anEventThatIsSentThroughAllNodesAtOnceIsOneMessage() {
    nodes.get(0).assign(partition);
    List<CompletableFuture<SendResult>> sent =
        IntStream.range(0, 51)
            .parallel()
            .mapToObj(i -> nodes.get(i % 3).engine.messages().acceptAsync(message("same", "event")))
            .toList();
    List<SendResult> results = sent.stream().map(CompletableFuture::join).toList();
    assertThat(results.stream().map(SendResult::message).distinct()).hasSize(1);
    assertThat(results).allMatch(result -> result.targets()[0] == endpoint.id());
    assertThat(results).filteredOn(result -> !result.duplicate()).hasSize(1);
    awaitDelivered(1);
    assertThat(receiver.count()).isOne();
  }

  @Test
  void nothingIsLostOrRepeatedWhileThePartitionMoves() {
    nodes.get(0).assign(partition);
    List<CompletableFuture<SendResult>> sent = new ArrayList<>();
    for (int move = 0; move < 6; move++) {
      for (int i = 0; i < 60; i++) {
        sent.add(send(i % 3, move + " " + i));
      }
      nodes.get(move % 3).revoke(partition);
      for (int i = 0; i < 6; i++) {
        sent.add(send(i % 3, "meanwhile " + move + " " + i));
      }
      nodes.get((move + 1) % 3).assign(partition);
    }
    sent.forEach(CompletableFuture::join);
    awaitDelivered(sent.size());
    assertThat(receiver.count()).isEqualTo(sent.size());
  }

  @Test
  void cancellationsReplaysAndTasksAreAskedOfAnyNode() {
    nodes.get(0).assign(partition);
    nodes
        .get(1)
        .engine
        .endpointAdmin()
        .update(endpoint.id(), row -> row.with(EndpointState.PAUSED, row.updated()))
        .join();
    long first = send(0, "one").join().message();
    send(1, "two").join();
    send(2, "three").join();
    assertThat(nodes.get(2).engine.deliveries().cancel(application, first).join()).isOne();
    Await.until("one canceled", () -> count("parked").equals("2") && count("hot").equals("0"));
    long counted = nodes.get(1).engine.deliveries().cancelAll(endpoint.id()).join();
    assertThat(counted).as("another node ends them").isZero();
    Await.until("all canceled", () -> count("parked").equals("0"));
    Await.until("no mark is left", () -> count("cancel_mark").equals("0"));
    assertThat(receiver.count()).isZero();

    nodes
        .get(2)
        .engine
        .endpointAdmin()
        .update(endpoint.id(), row -> row.with(EndpointState.ENABLED, row.updated()))
        .join();
    assertThat(nodes.get(2).engine.deliveries().replay(first, endpoint.id()).join()).isTrue();
    awaitDelivered(1);
    TaskOrder order = new TaskOrder(endpoint.id(), 0, System.currentTimeMillis() + 1_000);
    TaskRow done = nodes.get(1).engine.tasks().run(TaskKind.BULK_REPLAY, order).join();
    assertThat(done.status()).isEqualTo(TaskRow.FINISHED);
    awaitDelivered(4);
    assertThat(receiver.count()).isEqualTo(4);
  }
}
