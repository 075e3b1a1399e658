package dev.posthorn.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.InboxOptions;
import dev.posthorn.internal.api.EngineDestination;
import dev.posthorn.internal.crypto.SecretKey;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.internal.runtime.EngineAssembly;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.testkit.receiver.Await;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A relay that fails at any step, two relays, and what they may not do: lose or repeat. */
class RelayFaultsTest {
  @TempDir private Path folder;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2030-01-01T08:00:00Z"));
  private InboxDatabase database;
  private FaultySource source;
  private Engine engine;
  private long application;

  @BeforeEach
  void start() {
    database =
        new InboxDatabase("jdbc:h2:file:" + folder.resolve("user") + ";DB_CLOSE_DELAY=10", "h2");
    source = new FaultySource(database);
    startEngine();
    ApplicationRow draft = ApplicationRow.draft(1, ApplicationSpec.of("customer", "customer"));
    application = engine.applicationAdmin().put(1, "customer", present -> draft).join().row().id();
  }

  private void startEngine() {
    engine =
        EngineAssembly.of(folder.resolve("webhooks.db"))
            .keyring(SecretKey.keyring("00".repeat(32)))
            .formats(Map.of(StandardWireFormat.NAME, new StandardWireFormat(false)))
            .transport(HttpTransportOptions.defaults())
            .clock(now::get)
            .start();
  }

  @AfterEach
  void stop() {
    engine.close(0);
  }

  private OpenInbox relay() {
    return relay(InboxOptions.builder(source).pollInterval(Duration.ofMillis(10)).build());
  }

  private OpenInbox relay(InboxOptions options) {
    OpenInbox inbox =
        OpenInbox.open(
            options, new EngineDestination(engine, () -> 1, type -> {}, 10_000), engine.keyring());
    inbox.start();
    return inbox;
  }

  /** Writes rows, each in a transaction of its own; returns their ids. */
  private List<String> write(int rows) {
    try (Connection connection = database.getConnection()) {
      return write(connection, rows);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> write(Connection connection, int rows) {
    InboxWriter writer =
        new InboxWriter(InboxOptions.of(database), new PayloadCipher(engine.keyring()));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      ids.add(PublicIds.random(IdPrefix.MESSAGE));
      SendRequest.Options options = SendRequest.Options.NONE.withPublicId(ids.getLast());
      SendRequest request =
          new SendRequest(
              application, "a.b", List.of(), "application/json", new byte[] {'1'}, options);
      writer.write(connection, "customer", List.of(request), TraceContext.NONE, engine.millis());
    }
    return ids;
  }

  private List<String> stored() {
    List<String> ids = new ArrayList<>();
    PageRequest next = PageRequest.oldest(1_000);
    Page<MessageRow> page;
    do {
      page =
          engine
              .store(application)
              .messages(new MessageQuery(application, next, MessageFilter.NONE));
      page.rows().forEach(row -> ids.add(row.publicId()));
      next = next.next(page.next());
    } while (!page.done());
    return ids;
  }

  static Stream<Arguments> faults() {
    return Stream.of("SELECT", "DELETE")
        .flatMap(
            word ->
                Stream.of(FaultySource.When.values())
                    .flatMap(
                        when ->
                            Stream.of(
                                    new SQLException("lost", "08006"),
                                    new IllegalStateException("a driver's defect"),
                                    new StackOverflowError("planted"))
                                .map(failure -> Arguments.of(word, when, failure))));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aRelayThatFailsAtAStepLosesAndRepeatsNothing(
      String word, FaultySource.When when, Throwable failure) {
    List<String> ids = new ArrayList<>(write(3));
    try (OpenInbox inbox = relay()) {
      database.awaitEmpty();
      source.fail(word, when, failure, 2);
      ids.addAll(write(3));
      inbox.nudge();
      Await.until("it failed", () -> source.left() == 0);
      database.awaitEmpty();
    }
    assertThat(stored()).isEqualTo(ids);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT13H", "P40D", "P-10D"})
  void aRowThatWasRelayedButNotDeletedIsKnownToTheNextProcess(String jump) {
    List<String> ids = write(5);
    source.fail("DELETE", FaultySource.When.BEFORE, new SQLException("lost"), Integer.MAX_VALUE);
    try (OpenInbox inbox = relay()) {
      Await.until("all are stored", () -> stored().size() == 5);
      Await.until("none is deleted", () -> inbox.stats().trouble() != null);
    }
    assertThat(database.rows()).isEqualTo(5);
    engine.close(0);
    source.fail("DELETE", FaultySource.When.BEFORE, new SQLException("none"), 0);
    now.updateAndGet(time -> time.plus(Duration.parse(jump)));
    startEngine();

    try (OpenInbox inbox = relay()) {
      database.awaitEmpty();
      Await.until("it works", () -> inbox.stats().trouble() == null);
    }
    assertThat(stored()).isEqualTo(ids);
  }

  @Test
  void twoRelaysRelayEachRowOnce() {
    List<String> ids = write(1_000);
    InboxOptions options =
        InboxOptions.builder(database).pollInterval(Duration.ofMillis(10)).pageSize(20).build();
    try (OpenInbox one = relay(options);
        OpenInbox other = relay(options)) {
      for (int i = 0; i < 20; i++) {
        ids.addAll(write(10));
        one.nudge();
        other.nudge();
        other.nudge();
      }
      database.awaitEmpty();
      assertThat(one.stats().trouble()).isNull();
      assertThat(other.stats().trouble()).isNull();
    }
    assertThat(stored()).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void theKeyOfARowThatCannotBeDeletedDoesNotExpire() {
    List<String> ids = write(1);
    source.fail("DELETE", FaultySource.When.BEFORE, new SQLException("lost"), Integer.MAX_VALUE);
    for (int i = 0; i < 4; i++) {
      try (OpenInbox inbox = relay()) {
        Await.until("it is stored", () -> stored().size() >= 1);
        Await.until("it is not deleted", () -> inbox.stats().trouble() != null);
      }
      now.updateAndGet(time -> time.plus(Duration.ofHours(5)));
      database.execute("UPDATE posthorn_inbox SET created_at = " + engine.millis());
    }
    assertThat(stored()).isEqualTo(ids);
  }

  @Test
  void whatIsNotCommittedIsNotReadWhateverIsolationTheConnectionsHave() throws SQLException {
    List<Integer> levels = new CopyOnWriteArrayList<>();
    PlainDataSource careless =
        new PlainDataSource() {
          @Override
          public Connection getConnection() throws SQLException {
            Connection connection = database.getConnection();
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
            return watched(connection, levels);
          }
        };
    try (Connection open = database.getConnection();
        OpenInbox inbox = relay(InboxOptions.of(careless))) {
      open.setAutoCommit(false);
      write(open, 1);
      List<String> committed = write(1);
      inbox.nudge();
      Await.until("the committed one is stored", () -> stored().containsAll(committed));
      assertThat(stored()).isEqualTo(committed);
      open.rollback();
    }
    assertThat(stored()).hasSize(1);
    assertThat(levels).isNotEmpty().containsOnly(Connection.TRANSACTION_READ_UNCOMMITTED);
  }

  /** Returns a connection that notes its isolation when it is given back. */
  private static Connection watched(Connection connection, List<Integer> levels) {
    return (Connection)
        Proxy.newProxyInstance(
            RelayFaultsTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                levels.add(connection.getTransactionIsolation());
              }
              return method.invoke(connection, arguments);
            });
  }

  /** A pool of one connection, as programs on SQLite have it; whoever waits longest is next. */
  private static final class PoolOfOne extends PlainDataSource {
    private final Semaphore free = new Semaphore(1, true);
    private final Connection only;

    PoolOfOne(Connection only) {
      this.only = only;
    }

    @Override
    public Connection getConnection() {
      free.acquireUninterruptibly();
      return (Connection)
          Proxy.newProxyInstance(
              RelayFaultsTest.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("close")) {
                  free.release();
                  return null;
                }
                return method.invoke(only, arguments);
              });
    }
  }

  @Test
  void theRelayDoesNotSitOnTheOnlyConnectionOfAPool() throws SQLException {
    try (Connection only = database.getConnection()) {
      PoolOfOne pool = new PoolOfOne(only);
      OpenInbox inbox = relay(InboxOptions.of(pool));
      try {
        assertTimeout(
            Duration.ofSeconds(60), // it once kept it for ten seconds each time
            () -> {
              for (int i = 0; i < 30; i++) {
                write(1);
                inbox.nudge();
                pool.getConnection().close();
              }
            });
        database.awaitEmpty();
      } finally {
        inbox.close();
      }
    }
  }
}
