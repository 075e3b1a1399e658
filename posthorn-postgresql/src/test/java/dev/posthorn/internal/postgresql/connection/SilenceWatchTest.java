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
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests silent connections whose own limits of time are hours. */
@ExtendWith(PostgresqlExtension.class)
class SilenceWatchTest {
  private static final Duration HOUR = Duration.ofHours(1);

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

  /** Starts another watch and another writer. */
  private void restart(UnaryOperator<Connection> opened) {
    watch.close();
    writer.close();
    watch = SilenceWatch.start(source(opened), new SchemaName("posthorn"));
    writer = writer(Duration.ofSeconds(10), HOUR);
  }

  /** Returns a source that changes its connections. */
  private ConnectionSource source(UnaryOperator<Connection> opened) {
    ConnectionSource real = Sources.of(url());
    return new ConnectionSource() {
      @Override
      public Connection open() throws SQLException {
        return opened.apply(real.open());
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
    AtomicInteger opened = new AtomicInteger();
    restart(
        connection -> {
          if (opened.incrementAndGet() == 1) {
            throw new NoClassDefFoundError("planted");
          }
          return connection;
        });
    proxy.silenceAfterCommit();
    assertFails(Reason.UNKNOWN, () -> writer.transact(SilenceWatchTest::mark));
  }

  /** Returns a connection that counts the questions about sessions. */
  private static Connection counting(Connection real, AtomicInteger looks) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("prepareStatement")
                  && arguments[0].toString().contains("state_change")) {
                looks.incrementAndGet();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Takes two seconds: the watch looks three times after the first one. */
  @Test
  void aProcessThatWorksOnItsNextStatementMayTakeItsTime() {
    AtomicInteger runs = new AtomicInteger();
    AtomicInteger looks = new AtomicInteger();
    restart(connection -> counting(connection, looks));
    writer.transact(
        session -> {
          runs.incrementAndGet();
          var unused = mark(session, 1);
          Await.until("the watch has looked three times", () -> looks.get() > 2);
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
