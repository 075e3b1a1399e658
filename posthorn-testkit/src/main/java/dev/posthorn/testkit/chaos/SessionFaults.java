package dev.posthorn.testkit.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Faults that other sessions and settings of the user cause. */
final class SessionFaults {
  private static final int DEADLOCKS = 3;
  private static final Duration LONGER_THAN_LOCK_TIMEOUT = Duration.ofSeconds(8);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final String DEADLOCK = "40P01";

  private SessionFaults() {}

  /** A server that was promoted late: connections made before stay, and cannot write. */
  static void readOnly(ChaosRun run) throws SQLException {
    Administrator administrator = run.administrator();
    administrator.setForRole("default_transaction_read_only", "on");
    try {
      ConnectionFaults.terminateAll(run);
      run.outage();
    } finally {
      administrator.resetForRole("default_transaction_read_only");
    }
    run.isOver();
  }

  /** Holds the commit until the server has ended the session, whose transaction is idle. */
  static void idleTimeout(ChaosRun run) throws InterruptedException {
    CommitFaults.once(
        run, Seam.BEFORE_COMMIT, connection -> awaitEnd(run.administrator(), connection.port()));
    run.isOver();
  }

  private static void awaitEnd(Administrator administrator, int port) throws SQLException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (administrator.hasSession(port)) {
      if (System.nanoTime() - end > 0) {
        throw new Fault.Impossible("the server does not end an idle transaction within 30 s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  static void locked(ChaosRun run) throws SQLException {
    lock(run, run::outage);
  }

  /** Holds the lock for longer than Posthorn's statements wait for one. */
  static void lockTimeout(ChaosRun run) throws SQLException {
    lock(run, () -> run.pause(LONGER_THAN_LOCK_TIMEOUT));
  }

  private static void lock(ChaosRun run, Runnable meanwhile) throws SQLException {
    try (Connection other = run.administrator().connect();
        Statement statement = begin(other)) {
      statement.execute("LOCK TABLE " + ChaosRun.MESSAGES + " IN ACCESS EXCLUSIVE MODE");
      meanwhile.run();
      other.rollback();
    }
    run.isOver();
  }

  /**
   * Locks the table that the writer stores its messages in before the row that each of its
   * transactions locks first. Whichever of the two PostgreSQL rolls back, the other goes on.
   */
  static void deadlock(ChaosRun run) throws SQLException {
    for (int i = 0; i < DEADLOCKS; i++) {
      try (Connection other = run.administrator().connect();
          Statement statement = begin(other)) {
        statement.execute("LOCK TABLE " + ChaosRun.MESSAGES + " IN SHARE MODE");
        awaitWaiting(run, backend(statement));
        try {
          statement.execute("SELECT 1 FROM " + ChaosRun.OWNER + " FOR UPDATE");
        } catch (SQLException e) {
          if (!DEADLOCK.equals(e.getSQLState())) {
            throw e;
          }
        }
        other.rollback();
      }
      run.isOver();
    }
  }

  private static int backend(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  /** Waits until somebody waits for a lock of a session. */
  private static void awaitWaiting(ChaosRun run, int backend) throws SQLException {
    String waiting =
        "SELECT 1 FROM pg_stat_activity WHERE " + backend + " = ANY(pg_blocking_pids(pid))";
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (run.administrator().query(waiting).isEmpty()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("Not within 30 s: the writer waits for a lock");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  static void idleTransaction(ChaosRun run) throws SQLException {
    try (Connection other = run.administrator().connect();
        Statement statement = begin(other)) {
      statement.execute("SELECT pg_current_xact_id()");
      run.isOver(); // the database works; the transaction stays
      run.outage();
      run.isOver();
      other.rollback();
    }
  }

  static void longReader(ChaosRun run) throws SQLException {
    try (Connection other = run.administrator().connect();
        Statement statement = begin(other)) {
      statement.execute("DECLARE reader CURSOR FOR SELECT * FROM " + ChaosRun.MESSAGES);
      statement.execute("FETCH 1 FROM reader");
      run.isOver(); // the database works; the reader goes on
      run.outage();
      statement.execute("FETCH 1 FROM reader");
      run.isOver();
      other.rollback();
    }
  }

  private static Statement begin(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    return connection.createStatement();
  }
}
