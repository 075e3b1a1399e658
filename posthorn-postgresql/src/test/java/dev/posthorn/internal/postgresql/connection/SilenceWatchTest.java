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
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests silent connections whose own limits of time are hours. */
@ExtendWith(PostgresqlExtension.class)
class SilenceWatchTest {
  private static final Duration HOUR = Duration.ofHours(1);

  /** The times at which the watch has asked. */
  private static final String LOOKS =
      """
      SELECT query_start::text FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE '%state_change::text%'
        AND pid <> pg_backend_pid()""";

  private TestDatabase database;
  private DatabaseProxy proxy;
  private SilenceWatch watch;
  private WriterConnection writer;

  @BeforeEach
  void open(TestDatabase own) throws Exception {
    database = own;
    database.execute("CREATE SCHEMA posthorn; CREATE TABLE posthorn.mark (number int PRIMARY KEY)");
    proxy = new DatabaseProxy("127.0.0.1", own.server().port());
    watch = SilenceWatch.start(Sources.of(url()), new SchemaName("posthorn"));
    writer = writer(Duration.ofSeconds(10), HOUR);
  }

  private WriterConnection writer(Duration opening, Duration network) {
    SessionSettings settings =
        new SessionSettings(SessionSettings.Use.WRITE_ROWS, HOUR, HOUR, HOUR, network);
    return new WriterConnection(
        new KeptConnection(new Opening(Sources.of(url()), opening), settings),
        new SchemaName("posthorn"),
        new Errors("the database"),
        new OpenFence(),
        watch);
  }

  @AfterEach
  void close() {
    try (DatabaseProxy last = proxy;
        SilenceWatch then = watch;
        WriterConnection first = writer) {
      // All are closed.
    }
  }

  private String url() {
    return database.urlThrough(proxy.port());
  }

  private static boolean run(Session session, String sql) throws SQLException {
    try (Statement statement = session.connection().createStatement()) {
      return statement.execute(sql);
    }
  }

  private static boolean mark(Session session) throws SQLException {
    return mark(session, 1);
  }

  private static boolean mark(Session session, int number) throws SQLException {
    return run(session, "INSERT INTO posthorn.mark VALUES (" + number + ") ON CONFLICT DO NOTHING");
  }

  private static void assertFails(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).as("%s", e).isEqualTo(reason));
  }

  private List<String> marks() {
    return database.query("SELECT number FROM posthorn.mark");
  }

  @Test
  void aCommitWhoseAnswerNeverComesIsUnknown() {
    proxy.silenceAfterCommit();
    assertFails(Reason.UNKNOWN, () -> writer.transact(SilenceWatchTest::mark));
    assertThat(marks()).containsExactly("1");
    writer.transact(SilenceWatchTest::mark);
  }

  @Test
  void aStatementThatIsNeverAnsweredIsRunAgainOnAnotherConnection() {
    AtomicInteger runs = new AtomicInteger();
    writer.transact(
        session -> {
          if (runs.incrementAndGet() == 1) {
            proxy.silenceAll();
          }
          return mark(session);
        });
    assertThat(runs).hasValue(2);
    assertThat(marks()).containsExactly("1");
  }

  /** Returns a source whose first connection fails as nobody foresaw. */
  private ConnectionSource brokenAtFirst() {
    ConnectionSource real = Sources.of(url());
    AtomicInteger opened = new AtomicInteger();
    return new ConnectionSource() {
      @Override
      public Connection open() throws SQLException {
        if (opened.incrementAndGet() == 1) {
          throw new NoClassDefFoundError("planted");
        }
        return real.open();
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

  @Test
  void theWatchGoesOnAfterAnError() {
    watch.close();
    writer.close();
    watch = SilenceWatch.start(brokenAtFirst(), new SchemaName("posthorn"));
    writer = writer(Duration.ofSeconds(10), HOUR);
    proxy.silenceAfterCommit();
    assertFails(Reason.UNKNOWN, () -> writer.transact(SilenceWatchTest::mark));
  }

  /** Takes two seconds: the watch looks three times after the first one. */
  @Test
  void aProcessThatWorksOnItsNextStatementMayTakeItsTime() {
    AtomicInteger runs = new AtomicInteger();
    Set<String> looks = new HashSet<>();
    writer.transact(
        session -> {
          runs.incrementAndGet();
          var unused = mark(session, 1);
          Await.until(
              "the watch has looked three times",
              () -> {
                // on another thread: this one uses the driver for its transaction only
                looks.addAll(CompletableFuture.supplyAsync(() -> database.query(LOOKS)).join());
                return looks.size() > 2;
              });
          return mark(session, 2);
        });
    assertThat(runs).hasValue(1);
    assertThat(marks()).containsExactly("1", "2");
  }

  /** Takes longer than a second, since that is the patience of the watch. */
  @Test
  void aSlowDatabaseMayTakeItsTime() {
    database.execute(
        """
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM pg_sleep(2.5); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON posthorn.mark
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()\
        """);
    AtomicInteger runs = new AtomicInteger();
    writer.transact(
        session -> {
          runs.incrementAndGet();
          run(session, "SELECT pg_sleep(2.5)");
          return mark(session);
        });
    assertThat(runs).hasValue(1);
    assertThat(marks()).containsExactly("1");
  }

  @Test
  void aReadThatIsNeverAnsweredIsMadeAgainOnAnotherConnection() {
    PostgresqlOptions options = PostgresqlOptions.builder(url()).readTimeout(HOUR).build();
    try (Sessions sessions = Database.of(options).sessions(new OpenFence())) {
      for (Readers readers :
          List.of(
              sessions.forWriter(), sessions.forEngine(), sessions.forLists(new Owner(1L, "")))) {
        AtomicInteger runs = new AtomicInteger();
        readers.read(
            session -> {
              if (runs.incrementAndGet() == 1) {
                proxy.silenceAll();
              }
              return run(session, "SELECT 1");
            });
        assertThat(runs).hasValue(2);
      }
    }
  }

  @Test
  void aNetworkThatHasGoneSilentDoesNotHoldUpTheWriter() {
    try (WriterConnection impatient = writer(Duration.ofSeconds(1), Duration.ofMillis(500))) {
      impatient.transact(session -> mark(session, 1));
      assertFails(
          Reason.UNKNOWN,
          () ->
              impatient.transact(
                  session -> {
                    boolean written = mark(session, 2);
                    proxy.stall();
                    return written;
                  }));
      assertFails(Reason.IO, () -> impatient.transact(session -> mark(session, 2)));
      proxy.flow();
      impatient.transact(session -> mark(session, 3));
    }
    assertThat(marks()).contains("1", "3");
  }
}
