package dev.posthorn.internal.postgresql.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.testkit.chaos.DatabaseProxy;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresqlExtension.class)
class WriterConnectionTest {
  private static final Writer.Condition HOLDS = PlantedStatements.condition(true);

  private final OpenFence fence = new OpenFence();
  private TestDatabase database;
  private DatabaseProxy proxy;
  private Sessions sessions;

  @BeforeEach
  void open(TestDatabase own) throws Exception {
    database = own;
    database.execute("CREATE SCHEMA posthorn; CREATE TABLE posthorn.mark (number int PRIMARY KEY)");
    proxy = new DatabaseProxy("127.0.0.1", own.server().port());
    sessions = Database.of(PostgresqlOptions.of(own.urlThrough(proxy.port()))).sessions(fence);
  }

  @AfterEach
  void close() {
    sessions.close();
    proxy.close();
  }

  private void mark(int number) {
    sessions.writer().transact(session -> mark(session, number));
  }

  private static int mark(Session session, int number) throws SQLException {
    try (PreparedStatement statement =
        session.prepare("INSERT INTO posthorn.mark VALUES (?) ON CONFLICT DO NOTHING")) {
      statement.setInt(1, number);
      return statement.executeUpdate();
    }
  }

  private static boolean run(Session session, String sql) throws SQLException {
    try (Statement statement = session.connection().createStatement()) {
      return statement.execute(session.schema().sql(sql));
    }
  }

  private static AbstractThrowableAssert<?, ?> refused(Reason reason, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).as("%s", e).isEqualTo(reason));
  }

  private void assertMarks(String... numbers) {
    assertThat(database.query("SELECT number FROM posthorn.mark ORDER BY number"))
        .containsExactly(numbers);
  }

  @Test
  void aTransactionIsCommitted() {
    mark(1);
    assertMarks("1");
  }

  @Test
  void whoeverHasLostTheFenceWritesNothing() {
    mark(1);
    fence.shut();
    refused(Reason.FENCED, () -> mark(2));
    assertMarks("1");
  }

  @Test
  void nothingIsWrittenIfTheConditionDoesNotHold() {
    refused(
        Reason.STALE,
        () ->
            sessions
                .writer()
                .transact(PlantedStatements.condition(false), PlantedStatements.marks(1)));
    refused(
        Reason.STALE,
        () ->
            sessions
                .writer()
                .transact(PlantedStatements.condition(false), session -> mark(session, 3)));
    assertMarks();
    assertThat(sessions.writer().<Integer>transact(HOLDS, session -> mark(session, 5)))
        .isEqualTo(1);
    assertMarks("5");
  }

  @Test
  void statementsThatAreSentWithTheFenceAreBoundByItToo() {
    sessions.writer().transact(HOLDS, PlantedStatements.marks(1));
    refused(Reason.REJECTED, () -> sessions.writer().transact(HOLDS, PlantedStatements.marks(2)));
    sessions.writer().transact(HOLDS, PlantedStatements.marks(3));
    fence.shut();
    refused(Reason.FENCED, () -> sessions.writer().transact(HOLDS, PlantedStatements.marks(5)));
    assertMarks("1", "2", "3", "4");
  }

  @Test
  void aRoleWithoutSynchronousCommitWritesDurably() {
    database.execute("ALTER DATABASE " + database.name() + " SET synchronous_commit = off");
    assertThat(setting("synchronous_commit", false)).isEqualTo("on");
    assertThat(setting("synchronous_commit", true)).isEqualTo("off");
  }

  private String setting(String name, boolean lazily) {
    Writer.Work<String> work =
        session -> {
          try (Statement statement = session.connection().createStatement();
              var row = statement.executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
          }
        };
    return lazily ? sessions.writer().transactLazily(work) : sessions.writer().transact(work);
  }

  @Test
  void anIdleConnectionThatWasTerminatedIsReplacedUnnoticed() {
    mark(1);
    database.terminateBackends();
    mark(2);
    proxy.cutAll();
    mark(3);
    assertMarks("1", "2", "3");
  }

  @Test
  void aConnectionThatBreaksDuringATransactionCostsNothing() {
    AtomicInteger runs = new AtomicInteger();
    sessions
        .writer()
        .transact(
            session -> {
              if (runs.incrementAndGet() == 1) {
                mark(session, 1);
                database.terminateBackends();
              }
              return mark(session, 2);
            });
    assertThat(runs).hasValue(2);
    assertMarks("2");
  }

  @Test
  void aTransactionThatTheServerEndedBecauseItStoodStillIsRunAgain() {
    AtomicInteger runs = new AtomicInteger();
    sessions
        .writer()
        .transact(
            session -> {
              if (runs.incrementAndGet() == 1) {
                run(session, "SET LOCAL idle_in_transaction_session_timeout = '20ms'");
                mark(session, 1);
                int process =
                    session.connection().unwrap(org.postgresql.PGConnection.class).getBackendPID();
                Await.until(
                    "the server ended it",
                    () ->
                        database
                            .query("SELECT 1 FROM pg_stat_activity WHERE pid = " + process)
                            .isEmpty());
              }
              return mark(session, 2);
            });
    assertMarks("2");
  }

  @Test
  void aCommitWhoseAnswerIsLostIsUnknown() {
    proxy.loseAnswerToCommit();
    refused(Reason.UNKNOWN, () -> mark(1)).hasMessageContaining("may or may not have happened");
    assertMarks("1");
    mark(1);
    assertMarks("1");
  }

  @Test
  void aCommitThatFailsIsUnknownIfTheServerEndsWithIt() {
    database.execute(
        """
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN RAISE EXCEPTION USING ERRCODE = ''53100'', MESSAGE = ''full''; END';
        CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT ON posthorn.mark
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION full_disk()\
        """);
    refused(Reason.FULL, () -> mark(1)).hasMessageContaining("No space is left");
    proxy.loseAnswerToCommit(); // as after a PANIC: the error arrives, and then nothing
    refused(Reason.UNKNOWN, () -> mark(1)).hasMessageContaining("may or may not have happened");
  }

  @Test
  void aCommitThatTheServerDidNotGetIsUnknown() {
    AtomicInteger runs = new AtomicInteger();
    refused(
        Reason.UNKNOWN,
        () ->
            sessions
                .writer()
                .transact(
                    session -> {
                      int written = mark(session, 1);
                      if (runs.incrementAndGet() == 1) {
                        proxy.cutAll();
                      }
                      return written;
                    }));
    assertMarks();
    mark(1);
    assertMarks("1");
  }

  @Test
  void aDatabaseThatIsAwayIsAnErrorUntilItIsBack() {
    mark(1);
    proxy.refuse(true);
    proxy.cutAll();
    refused(Reason.IO, () -> mark(2)).hasMessageContaining("schema posthorn of jdbc:postgresql://");
    proxy.refuse(false);
    mark(3);
    assertMarks("1", "3");
  }

  @Test
  void aRowThatCannotBeStoredLeavesTheConnection() throws Exception {
    int process = backend();
    refused(
        Reason.REJECTED,
        () ->
            sessions
                .writer()
                .transact(session -> run(session, "INSERT INTO posthorn.mark VALUES (NULL)")));
    refused(
        Reason.REJECTED,
        () ->
            sessions
                .writer()
                .transact(
                    session -> {
                      throw new IllegalArgumentException("no number");
                    }));
    assertThat(backend()).isEqualTo(process);
  }

  private int backend() {
    return sessions
        .writer()
        .transact(
            session ->
                session.connection().unwrap(org.postgresql.PGConnection.class).getBackendPID());
  }

  @Test
  void aDeadlockWithATransactionOfAUserIsTriedAgain() throws Exception {
    database.execute("INSERT INTO posthorn.mark VALUES (1), (2)");
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    CompletableFuture<Boolean> user =
        CompletableFuture.supplyAsync(
            () -> {
              try (Connection connection = database.connect();
                  Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("SET deadlock_timeout = '1h'"); // the other one is the victim
                statement.execute("SELECT FROM posthorn.mark WHERE number = 2 FOR UPDATE");
                second.countDown();
                first.await();
                statement.execute("SELECT FROM posthorn.mark WHERE number = 1 FOR UPDATE");
                connection.commit();
                return true;
              } catch (SQLException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    second.await();
    sessions
        .writer()
        .transact(
            session -> {
              run(session, "SELECT FROM posthorn.mark WHERE number = 1 FOR UPDATE");
              first.countDown();
              return run(session, "SELECT FROM posthorn.mark WHERE number = 2 FOR UPDATE");
            });
    assertThat(user.get()).isTrue();
  }

  @Test
  void aLockThatIsHeldTooLongIsAnErrorWithItsRemedy() throws Exception {
    mark(1);
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE posthorn.mark");
      refused(
              Reason.IO,
              () ->
                  sessions
                      .writer()
                      .transact(
                          session -> {
                            run(session, "SET LOCAL lock_timeout = '50ms'");
                            return mark(session, 2);
                          }))
          .hasMessageContaining("another session holds a lock for too long")
          .hasMessageContaining("pg_stat_activity");
    }
    mark(2);
    assertMarks("1", "2");
  }

  @Test
  void aStatementThatTakesTooLongIsAnErrorWithItsRemedy() {
    refused(
            Reason.IO,
            () ->
                sessions
                    .writer()
                    .transact(
                        session -> {
                          run(session, "SET LOCAL statement_timeout = '50ms'");
                          return run(session, "SELECT pg_sleep(60)");
                        }))
        .hasMessageContaining("a statement was canceled or took too long");
    mark(1);
    assertMarks("1");
  }

  @Test
  void aServerThatHasTurnedReadOnlyIsLeft() {
    mark(1);
    database.execute(
        "ALTER DATABASE " + database.name() + " SET default_transaction_read_only = on");
    database.terminateBackends();
    refused(Reason.IO, () -> mark(2)).hasMessageContaining("targetServerType=primary");
    try (TestDatabase other = database) {
      other.server().execute("ALTER DATABASE " + database.name() + " RESET ALL");
      mark(2); // on a fresh connection, without being told
      assertMarks("1", "2");
    }
  }
}
