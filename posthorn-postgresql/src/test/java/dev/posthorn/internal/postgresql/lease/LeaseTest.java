package dev.posthorn.internal.postgresql.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.testkit.chaos.DatabaseProxy;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two processes on one schema: at most one of them writes. */
@ExtendWith(PostgresqlExtension.class)
class LeaseTest {
  private static final Duration LEASE = Duration.ofSeconds(3);

  private TestDatabase database;
  private DatabaseProxy proxy;

  @BeforeEach
  void create(TestDatabase own) throws Exception {
    database = own;
    proxy = new DatabaseProxy("127.0.0.1", own.server().port());
    new Schema(Database.of(options(Duration.ZERO))).migrate();
    database.execute("CREATE TABLE posthorn.mark (number int)");
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private PostgresqlOptions options(Duration wait) {
    return PostgresqlOptions.builder(database.url())
        .lease(LEASE, Duration.ofMillis(200))
        .openTimeout(wait)
        .build();
  }

  private Database patient() {
    return Database.of(options(Duration.ofMinutes(1)));
  }

  private static Database through(DatabaseProxy proxy, TestDatabase database) {
    return Database.of(
        PostgresqlOptions.builder(database.urlThrough(proxy.port()))
            .lease(LEASE, Duration.ofMillis(200))
            .build());
  }

  private static int mark(Sessions sessions, int number) {
    return sessions
        .writer()
        .transact(
            session -> {
              try (Statement statement = session.connection().createStatement()) {
                return statement.executeUpdate("INSERT INTO posthorn.mark VALUES (" + number + ")");
              }
            });
  }

  private static void assertFenced(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FENCED))
        .hasMessageContaining("has taken over");
  }

  private void assertMarks(String... numbers) {
    assertThat(database.query("SELECT number FROM posthorn.mark ORDER BY number"))
        .containsExactly(numbers);
  }

  @Test
  void theSecondWaitsForTheFirstAndThenGivesUp() {
    try (OwnedLease first = LeaseAcquisition.acquire(patient())) {
      assertThat(first.isHeld()).isTrue();
      assertThatThrownBy(() -> LeaseAcquisition.acquire(Database.of(options(Duration.ZERO))))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED))
          .hasMessageContainingAll(
              "is in use: the lease of",
              "process " + ProcessHandle.current().pid(),
              "openTimeout is 0 s");
      assertThat(first.isHeld()).isTrue();
    }
  }

  @Test
  void whoeverClosesHandsOverAtOnce() throws Exception {
    OwnedLease first = LeaseAcquisition.acquire(patient());
    CompletableFuture<OwnedLease> second =
        CompletableFuture.supplyAsync(() -> LeaseAcquisition.acquire(patient()));
    first.close();
    assertThat(first.isHeld()).isFalse();
    try (OwnedLease next = second.get()) {
      Await.until("it is in force", next::isHeld);
      assertThat(database.query("SELECT count(DISTINCT node) FROM posthorn.assignment"))
          .containsExactly("1");
      assertThat(database.query("SELECT slot FROM posthorn.node")).containsExactly("0");
    }
    assertThat(database.query("SELECT count(node) FROM posthorn.assignment")).containsExactly("0");
    assertThat(database.query("SELECT id FROM posthorn.node")).isEmpty();
  }

  @Test
  void renewalsKeepItForLongerThanItLasts() {
    try (OwnedLease lease = LeaseAcquisition.acquire(patient())) {
      String first = renewal();
      Await.until(
          "it was renewed past its end",
          () ->
              database
                  .query(
                      "SELECT expires > '"
                          + first
                          + "'::timestamptz + interval '3 s' FROM posthorn.heartbeat")
                  .equals(List.of("t")));
      assertThat(lease.isHeld()).isTrue();
    }
  }

  @Test
  void whoeverDoesNotHearThatItTookOverTakesOverAgain() {
    proxy.loseAnswerToCommit();
    try (OwnedLease lease = LeaseAcquisition.acquire(through(proxy, database));
        Sessions sessions = patient().sessions(lease)) {
      assertThat(proxy.isArmed()).isFalse();
      assertThat(lease.isHeld()).isTrue();
      mark(sessions, 1);
    }
    assertMarks("1");
  }

  @Test
  void whoeverWritesNothingLearnsThatItWasFenced() {
    Database cutOff = through(proxy, database);
    try (OwnedLease first = LeaseAcquisition.acquire(cutOff)) {
      assertThat(first.fenced()).isNull();
      proxy.stall();
      try (OwnedLease second = LeaseAcquisition.acquire(patient())) {
        proxy.cutAll();
        proxy.flow();
        Await.until("it knows", () -> first.fenced() != null);
        assertThat(second.fenced()).isNull();
      }
    }
  }

  private String renewal() {
    return database.query("SELECT expires FROM posthorn.heartbeat").getFirst();
  }

  @Test
  void whoeverWasCutOffFromTheDatabaseIsFencedByTheNext() {
    Database cutOff = through(proxy, database);
    try (OwnedLease first = LeaseAcquisition.acquire(cutOff);
        Sessions sessions = cutOff.sessions(first)) {
      mark(sessions, 1);
      proxy.stall();
      try (OwnedLease second = LeaseAcquisition.acquire(patient());
          Sessions others = patient().sessions(second)) {
        assertThat(first.isHeld()).as("the first when the second owns").isFalse();
        mark(others, 2);
        proxy.cutAll();
        proxy.flow();
        assertFenced(() -> mark(sessions, 3));
        Await.until("it knows", () -> !first.isHeld());
        mark(others, 4);
      }
    }
    assertMarks("1", "2", "4");
  }

  @Test
  void anOutageThatNobodyUsedEndsWithTheNextRenewal() {
    Database cutOff = through(proxy, database);
    try (OwnedLease lease = LeaseAcquisition.acquire(cutOff);
        Sessions sessions = cutOff.sessions(lease)) {
      mark(sessions, 1);
      proxy.refuse(true);
      proxy.cutAll();
      Await.until("it lapsed", () -> !lease.isHeld());
      proxy.refuse(false);
      Await.until("it is in force again", lease::isHeld);
      mark(sessions, 2);
    }
    assertMarks("1", "2");
  }

  @Test
  void aTransactionThatStandsStillHoldsUpTheNextOwnerOnlyForAWhile() throws Exception {
    Database database1 = patient();
    OwnedLease first = LeaseAcquisition.acquire(database1);
    try (var connection = database.connect();
        Statement statement = connection.createStatement()) {
      // The writer of a process that stopped within a transaction.
      statement.execute("SET idle_in_transaction_session_timeout = '5s'");
      connection.setAutoCommit(false);
      statement.execute(first.sql());
      statement.execute("INSERT INTO posthorn.mark VALUES (1)");
      first.abandon();
      try (OwnedLease second = LeaseAcquisition.acquire(patient());
          Sessions sessions = patient().sessions(second)) {
        mark(sessions, 2);
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
      }
    }
    assertMarks("2");
  }

  @Test
  void theDatabasesClockDecidesWhateverTheProcesssClocksSay() throws Exception {
    for (String shift : List.of("interval '3 days'", "interval '-3 days'")) {
      LeaseTables shifted = new LeaseTables("(clock_timestamp() + " + shift + ")");
      OwnedLease first = new LeaseAcquisition(patient(), shifted, LeaseClocks.MACHINE).acquire();
      assertThatThrownBy(
              () ->
                  new LeaseAcquisition(
                          Database.of(options(Duration.ZERO)), shifted, LeaseClocks.MACHINE)
                      .acquire())
          .hasMessageContaining("is in use");
      assertThat(first.isHeld()).isTrue();
      first.abandon();
      try (OwnedLease second =
          new LeaseAcquisition(patient(), shifted, LeaseClocks.MACHINE).acquire()) {
        assertThat(second.isHeld()).isTrue();
        assertThat(first.isHeld()).isFalse();
      }
    }
  }

  @Test
  void aDatabaseClockThatWasSetBackHoldsUpNobodyForever() {
    LeaseTables ahead = new LeaseTables("(clock_timestamp() + interval '1 day')");
    OwnedLease first = new LeaseAcquisition(patient(), ahead, LeaseClocks.MACHINE).acquire();
    first.abandon();
    try (OwnedLease second = LeaseAcquisition.acquire(patient())) { // ends in a day, it seems
      assertThat(second.isHeld()).isTrue();
      assertThat(first.isHeld()).isFalse();
    }
  }

  @Test
  void aSuspendedMachineDoesNotBelieveItsMonotonicClock() {
    AtomicLong wall = new AtomicLong();
    AtomicLong nanos = new AtomicLong();
    Deadline deadline = new Deadline(LEASE, nanos::get, wall::get, new Deadline.Moment(0, 0));
    nanos.set(Duration.ofMillis(2_800).toNanos());
    assertThat(deadline.hasPassed()).isFalse();
    wall.set(2_900);
    assertThat(deadline.hasPassed()).isTrue();
    wall.set(-1_000_000);
    assertThat(deadline.hasPassed()).isFalse();
    nanos.set(LEASE.toNanos());
    assertThat(deadline.hasPassed()).isTrue();
    deadline.renewed(new Deadline.Moment(nanos.get(), wall.get()));
    assertThat(deadline.hasPassed()).isFalse();
  }

  /** A server starts while a command takes over. */
  @Test
  void whoeverJoinsDuringATakeoverKeepsItsLease() throws Exception {
    LeaseTables tables = new LeaseTables();
    OwnedLease first = LeaseAcquisition.acquire(patient());
    first.abandon();
    try (SingleConnection connection = patient().forLease()) {
      connection.transact(
          session -> {
            List<LeaseTables.Lease> locked = tables.lockedOwners(session);
            database.execute(
                "INSERT INTO posthorn.node (id, slot, epoch, host, version, started)"
                    + " VALUES (5, 200, 1, 'elsewhere', '1', now());"
                    + "INSERT INTO posthorn.heartbeat (node, expires, duration_ms)"
                    + " VALUES (5, now() + interval '1 hour', 3600000)");
            tables.fence(session, locked);
            return true;
          });
    }
    assertThat(database.query("SELECT node FROM posthorn.heartbeat")).containsExactly("5");
    assertThat(database.query("SELECT epoch FROM posthorn.node WHERE id = 5")).containsExactly("1");
  }

  @Test
  void whoeverIsTakenOverFromWhileItJoinsTriesAgain() {
    Node gone = Node.create(null, new Timeline(1));
    try (SingleConnection connection = patient().forLease()) {
      assertThatThrownBy(() -> connection.transact(session -> LeaseTables.slot(session, gone)))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("while it joined");
    }
  }

  @Test
  void ofManyWhoWaitOneTakesOver() throws Exception {
    OwnedLease first = LeaseAcquisition.acquire(patient());
    List<CompletableFuture<OwnedLease>> waiting =
        java.util.stream.IntStream.range(0, 3)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> LeaseAcquisition.acquire(patient())))
            .toList();
    first.close();
    for (int left = waiting.size(); left > 0; left--) {
      Await.until("the next one owns", () -> waiting.stream().anyMatch(each -> isHeld(each)));
      List<OwnedLease> owners =
          waiting.stream().filter(LeaseTest::isHeld).map(CompletableFuture::join).toList();
      assertThat(owners).hasSize(1);
      owners.getFirst().close();
    }
  }

  private static boolean isHeld(CompletableFuture<OwnedLease> lease) {
    return lease.isDone() && lease.join().isHeld();
  }
}
