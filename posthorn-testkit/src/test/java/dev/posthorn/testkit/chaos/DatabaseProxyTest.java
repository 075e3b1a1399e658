package dev.posthorn.testkit.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the faults of a {@link DatabaseProxy} with a real driver and server. */
@ExtendWith(PostgresqlExtension.class)
class DatabaseProxyTest {
  private final TestDatabase database;
  private final DatabaseProxy proxy;

  DatabaseProxyTest(TestDatabase database) throws IOException {
    this.database = database;
    this.proxy = new DatabaseProxy("127.0.0.1", database.server().port());
  }

  @BeforeEach
  void createTable() {
    database.execute("CREATE TABLE IF NOT EXISTS t (n integer); TRUNCATE t");
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
  }

  @Test
  void forwardsWhatItGets() throws SQLException {
    try (Connection connection = connect("")) {
      insert(connection, 1);
      connection.setAutoCommit(false);
      insert(connection, 2);
      connection.commit();
    }
    assertThat(rows()).isEqualTo(2);
  }

  @Test
  void cutBeforeACommitNothingIsWritten() throws Exception {
    assertThat(commitWith(Seam.BEFORE_COMMIT, ProxiedConnection::cut, "")).isFalse();
    assertThat(rows()).isZero();
  }

  @Test
  void cutAfterACommitTheRowIsThereAndTheClientFails() throws Exception {
    assertThat(commitWith(Seam.AFTER_COMMIT, ProxiedConnection::cut, "")).isFalse();
    assertThat(rows()).isOne();
  }

  @Test
  void commitOfANamedStatementIsRecognized() throws Exception {
    assertThat(commitWith(Seam.AFTER_COMMIT, ProxiedConnection::cut, "prepareThreshold=1"))
        .isFalse();
    assertThat(rows()).isOne();
  }

  @Test
  void commitOfASimpleQueryIsRecognized() throws Exception {
    assertThat(commitWith(Seam.AFTER_COMMIT, ProxiedConnection::cut, "preferQueryMode=simple"))
        .isFalse();
    assertThat(rows()).isOne();
  }

  @Test
  void afterAFaultThatCutsNothingTheClientGetsItsAnswer() throws Exception {
    for (Seam seam : Seam.values()) {
      assertThat(commitWith(seam, connection -> {}, "")).isTrue();
    }
    assertThat(rows()).isEqualTo(Seam.values().length);
  }

  @Test
  void statementWithoutATransactionIsOne() throws Exception {
    try (Connection connection = connect("")) {
      CompletableFuture<Boolean> fault = arm(Seam.AFTER_COMMIT, ProxiedConnection::cut);
      assertThatThrownBy(() -> insert(connection, 1)).isInstanceOf(SQLException.class);
      assertThat(fault.get(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(rows()).isOne();
  }

  @Test
  void transactionThatOnlyReadsIsNotMeant() throws Exception {
    try (Connection connection = connect("")) {
      CompletableFuture<Boolean> fault = arm(Seam.BEFORE_COMMIT, ProxiedConnection::cut);
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute("SELECT count(*) FROM t");
      }
      connection.commit();
      assertThat(fault.isDone()).isFalse();
      insert(connection, 1);
      assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
      assertThat(fault.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void stalledConnectionGoesOn() throws Exception {
    try (Connection connection = connect("")) {
      proxy.stall();
      CountDownLatch inserted = new CountDownLatch(1);
      CompletableFuture<Void> insert =
          CompletableFuture.runAsync(
              () -> {
                insertUnchecked(connection, 1);
                inserted.countDown();
              });
      assertThat(inserted.getCount()).isOne();
      proxy.flow();
      insert.get(20, TimeUnit.SECONDS);
    }
    assertThat(rows()).isOne();
  }

  @Test
  void silentConnectionAnswersNothing() throws Exception {
    try (Connection connection = connect("socketTimeout=1")) {
      proxy.silenceAll();
      assertThatThrownBy(() -> insert(connection, 1)).hasMessageContaining("I/O error");
    }
    try (Connection next = connect("")) {
      insert(next, 2);
    }
    assertThat(rows()).isOne();
  }

  @Test
  void cutConnectionsAreClosedAndForgotten() throws Exception {
    try (Connection connection = connect("")) {
      assertThat(proxy.connections()).hasSize(1);
      proxy.cutAll();
      assertThatThrownBy(() -> insert(connection, 1)).isInstanceOf(SQLException.class);
    }
    Await.until("no connection is left", () -> proxy.connections().isEmpty());
  }

  @Test
  void refusedUntilItAccepts() throws Exception {
    proxy.refuse(true);
    assertThatThrownBy(() -> connect("")).isInstanceOf(SQLException.class);
    proxy.refuse(false);
    connect("").close();
  }

  @Test
  void knowsTheServersSession() throws Exception {
    try (Connection connection = connect("")) {
      int port = proxy.connections().iterator().next().port();
      assertThat(database.query("SELECT pid FROM pg_stat_activity WHERE client_port = " + port))
          .hasSize(1);
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  /** Inserts a row and commits, with a fault; returns whether the client says that it worked. */
  private boolean commitWith(Seam seam, Consumer<ProxiedConnection> action, String parameters)
      throws Exception {
    try (Connection connection = connect(parameters)) {
      CompletableFuture<Boolean> fault = arm(seam, action);
      connection.setAutoCommit(false);
      insert(connection, 1);
      try {
        connection.commit();
        return true;
      } catch (SQLException e) {
        return false;
      } finally {
        assertThat(fault.get(20, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  private CompletableFuture<Boolean> arm(Seam seam, Consumer<ProxiedConnection> action) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                done.complete(
                    proxy.once(
                        seam, sql -> sql.contains("INSERT INTO t"), action, 20, TimeUnit.SECONDS));
              } catch (InterruptedException e) {
                done.completeExceptionally(e);
              }
            });
    Await.until("the fault is armed", proxy::isArmed);
    return done;
  }

  private Connection connect(String parameters) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres&%s"
            .formatted(proxy.port(), database.name(), parameters));
  }

  private static void insert(Connection connection, int number) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
      statement.setInt(1, number);
      statement.execute();
    }
  }

  private static void insertUnchecked(Connection connection, int number) {
    try {
      insert(connection, number);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private int rows() {
    return Integer.parseInt(String.valueOf(database.query("SELECT count(*) FROM t").getFirst()));
  }
}
