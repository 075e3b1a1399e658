package dev.posthorn.server.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looks at the nodes in a database that takes connections and does not answer. */
class DatabaseNodesTest {
  private final AtomicLong nanos = new AtomicLong();
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private volatile boolean hangsUp;

  @SuppressWarnings("NullAway.Init") // opened before each test
  private ServerSocket database;

  @SuppressWarnings("NullAway.Init")
  private DatabaseNodes nodes;

  @BeforeEach
  void start() throws IOException {
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    database = socket;
    Thread.ofVirtual().start(() -> accept(socket));
    String url = "jdbc:postgresql://127.0.0.1:" + database.getLocalPort() + "/posthorn";
    nodes = new DatabaseNodes(PostgresqlOptions.builder(url).build(), nanos::get);
  }

  private void refused() {
    assertThatThrownBy(nodes::read).isInstanceOf(StoreException.class);
  }

  private void accept(ServerSocket socket) {
    try {
      while (true) {
        Socket connection = socket.accept();
        connections.add(connection);
        if (hangsUp) {
          connection.close();
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  @AfterEach
  void close() throws IOException {
    database.close();
    hangUp();
  }

  /** Ends the connections, and those that come from now on. */
  private void hangUp() throws IOException {
    hangsUp = true;
    for (Socket one : connections) {
      one.close();
    }
  }

  @Test
  void whoeverComesWhileSomebodyLooksIsAnsweredAndAFailureIsRememberedForASecond()
      throws IOException {
    CompletableFuture<Void> first = CompletableFuture.runAsync(this::refused);
    Await.until("it is connected", () -> !connections.isEmpty());
    long start = System.nanoTime();
    assertThatThrownBy(nodes::read)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("still under way");
    assertThatThrownBy(() -> nodes.drain(1, true)).isInstanceOf(StoreException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(first).isNotDone();

    hangUp();
    first.join();
    int before = connections.size();
    refused();
    assertThat(connections).as("the failure is remembered").hasSize(before);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    CompletableFuture<Void> again = CompletableFuture.runAsync(this::refused);
    Await.until("somebody looks again", () -> connections.size() > before);
    again.join();
  }
}
