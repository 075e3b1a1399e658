package dev.posthorn.internal.postgresql.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.testkit.chaos.DatabaseProxy;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresqlExtension.class)
class ReadersTest {
  private static final Owner ANYONE = new Owner(1L, "");

  private TestDatabase database;
  private DatabaseProxy proxy;
  private Sessions sessions;

  @BeforeEach
  void open(TestDatabase own) throws Exception {
    database = own;
    database.execute("CREATE SCHEMA posthorn; CREATE TABLE posthorn.mark (number int PRIMARY KEY)");
    proxy = new DatabaseProxy("127.0.0.1", own.server().port());
    sessions =
        Database.of(
                PostgresqlOptions.builder(own.urlThrough(proxy.port()))
                    .readers(2)
                    .listReaders(1)
                    .readTimeout(Duration.ofSeconds(1))
                    .build())
            .sessions(new OpenFence());
  }

  @AfterEach
  void close() {
    sessions.close();
    proxy.close();
  }

  private static @Nullable String value(Session session, String sql) throws SQLException {
    try (Statement statement = session.connection().createStatement();
        var row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  private @Nullable String read(Readers readers, String sql) {
    return readers.find(session -> value(session, sql));
  }

  private List<Readers> plain() {
    return List.of(sessions.forWriter(), sessions.forEngine(), sessions.forLists(ANYONE));
  }

  private List<Readers> all() {
    return plain().stream()
        .flatMap(readers -> Stream.of(readers, readers.ofOneStatement()))
        .toList();
  }

  @Test
  void aReadSeesOneStateAndCannotWrite() {
    for (Readers readers : plain()) {
      Integer found =
          readers.read(
              session -> {
                String before = value(session, "SELECT count(*) FROM posthorn.mark");
                database.execute("INSERT INTO posthorn.mark SELECT count(*) FROM posthorn.mark");
                assertThat(value(session, "SELECT count(*) FROM posthorn.mark")).isEqualTo(before);
                return 1;
              });
      assertThat(found).isEqualTo(1);
      assertThatThrownBy(() -> read(readers, "INSERT INTO posthorn.mark VALUES (99) RETURNING 1"))
          .isInstanceOf(StoreException.class);
    }
    assertThat(database.query("SELECT count(*) FROM posthorn.mark")).containsExactly("3");
  }

  @Test
  void aReadOfOneStatementIsNoTransactionAndCannotWrite() {
    for (Readers readers : plain()) {
      Readers single = readers.ofOneStatement();
      List<String> ids = new ArrayList<>();
      for (Readers each : List.of(single, single.ofOneStatement(), readers, single)) {
        ids.add(
            each.read(
                session ->
                    value(session, "SELECT pg_backend_pid()")
                        + " "
                        + session.connection().getAutoCommit()));
      }
      String backend = ids.getFirst().split(" ", -1)[0];
      assertThat(ids)
          .containsExactly(
              backend + " true", backend + " true", backend + " false", backend + " true");
      assertThatThrownBy(() -> read(single, "INSERT INTO posthorn.mark VALUES (99) RETURNING 1"))
          .isInstanceOf(StoreException.class);
    }
    assertThat(database.query("SELECT count(*) FROM posthorn.mark")).containsExactly("0");
  }

  @Test
  void connectionsThatWereTerminatedAreReplacedUnnoticed() {
    all().forEach(readers -> assertThat(read(readers, "SELECT 1")).isEqualTo("1"));
    database.terminateBackends();
    all().forEach(readers -> assertThat(read(readers, "SELECT 2")).isEqualTo("2"));
    proxy.cutAll();
    all().forEach(readers -> assertThat(read(readers, "SELECT 3")).isEqualTo("3"));
  }

  @Test
  void connectionsThatBreakLeaveNoStackTracesInTheLog() {
    all().forEach(readers -> read(readers, "SELECT 1"));
    PrintStream console = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      database.terminateBackends();
      all().forEach(readers -> read(readers, "SELECT 2"));
    } finally {
      System.setErr(console);
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\tat ");
  }

  @Test
  void aReadThatTakesTooLongIsAnErrorWithItsRemedy() {
    for (Readers readers : List.of(sessions.forEngine(), sessions.forLists(ANYONE))) {
      assertThatThrownBy(() -> read(readers, "SELECT pg_sleep(100)"))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.IO))
          .hasMessageContaining("took too long");
      assertThat(read(readers, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void listsNeverTakeTheConnectionsOfTheEngine() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch held = new CountDownLatch(1);
      AtomicInteger running = new AtomicInteger();
      List<CompletableFuture<Integer>> lists = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        lists.add(
            CompletableFuture.supplyAsync(
                () ->
                    sessions
                        .forLists(ANYONE)
                        .read(
                            session -> {
                              running.incrementAndGet();
                              await(held);
                              return 1;
                            }),
                threads));
      }
      Await.until("a list runs", () -> running.get() == 1);
      CountDownLatch both = new CountDownLatch(2);
      Readers engine = sessions.forEngine();
      CompletableFuture<Integer> other =
          CompletableFuture.supplyAsync(
              () ->
                  engine.read(
                      session -> {
                        both.countDown();
                        await(both);
                        return 1;
                      }),
              threads);
      engine.read(
          session -> {
            both.countDown();
            await(both);
            return 1;
          });
      assertThat(other.get()).isEqualTo(1);
      assertThat(read(sessions.forWriter(), "SELECT 1")).isEqualTo("1");
      assertThat(running).hasValue(1);
      held.countDown();
      for (CompletableFuture<Integer> list : lists) {
        assertThat(list.get()).isEqualTo(1);
      }
    }
  }

  /** Takes half of the time that opening may take, and a little more: the first wait is so long. */
  @Test
  void aConnectionThatTakesLongToOpenIsWaitedForAsLongAsThatMayTake() {
    SchemaName schema = new SchemaName("posthorn");
    ConnectionSource real = Sources.of(database.url());
    Opening slow = new Opening(slow(real), Duration.ofSeconds(6));
    PreparedDataSource source =
        new PreparedDataSource(slow, SessionSettings.reader(Duration.ofMinutes(1)));
    try (SilenceWatch watch = SilenceWatch.start(real, schema);
        PooledReaders readers =
            new PooledReaders(source, schema, new Errors("the database"), watch, 1, 1)) {
      assertThat(read(readers.forEngine(), "SELECT 1")).isEqualTo("1");
    }
  }

  /** Returns a source that takes more than 3 s to open a connection. */
  private static ConnectionSource slow(ConnectionSource real) {
    return new ConnectionSource() {
      @Override
      public Connection open() throws SQLException {
        Connection opened = real.open();
        try (Statement statement = opened.createStatement()) {
          statement.execute("SELECT pg_sleep(3.1)");
        }
        return opened;
      }

      @Override
      public boolean ends() {
        return real.ends();
      }

      @Override
      public String describe() {
        return real.describe();
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aClosedStoreSaysSo() {
    List<Readers> readers = all();
    sessions.close();
    for (Readers each : readers) {
      assertThatThrownBy(() -> read(each, "SELECT 1"))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
    }
    assertThatThrownBy(() -> sessions.writer().transact(session -> 1))
        .hasMessageContaining("closed");
  }
}
