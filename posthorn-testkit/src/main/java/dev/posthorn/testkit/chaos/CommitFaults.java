package dev.posthorn.testkit.chaos;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Faults at the commit of a transaction that stores messages. */
final class CommitFaults {
  private static final int TIMES = 5;
  private static final int PATIENCE_SECONDS = 30;

  private CommitFaults() {}

  /** A fault of the connection that commits. */
  interface Action {
    void happen(ProxiedConnection connection) throws SQLException;
  }

  static void terminatedBefore(ChaosRun run) throws InterruptedException {
    repeat(
        run,
        Seam.BEFORE_COMMIT,
        connection -> run.administrator().terminateAndWait(connection.port()));
  }

  static void terminatedDuring(ChaosRun run) throws InterruptedException {
    repeat(run, Seam.DURING_COMMIT, connection -> run.administrator().terminate(connection.port()));
  }

  static void terminatedAfter(ChaosRun run) throws InterruptedException {
    repeat(
        run,
        Seam.AFTER_COMMIT,
        connection -> {
          int port = connection.port();
          connection.cut();
          run.administrator().terminate(port);
        });
  }

  static void answerLost(ChaosRun run) throws InterruptedException {
    repeat(run, Seam.AFTER_COMMIT, ProxiedConnection::cut);
  }

  static void answerLate(ChaosRun run) throws InterruptedException {
    repeat(run, Seam.AFTER_COMMIT, connection -> run.outage());
  }

  static void silent(ChaosRun run) throws InterruptedException {
    repeat(run, Seam.AFTER_COMMIT, ProxiedConnection::silence);
  }

  private static void repeat(ChaosRun run, Seam seam, Action action) throws InterruptedException {
    for (int i = 0; i < TIMES; i++) {
      once(run, seam, action);
      run.isOver();
    }
  }

  /** Causes a fault at the next commit that stores a message. */
  static void once(ChaosRun run, Seam seam, Action action) throws InterruptedException {
    boolean happened =
        run.proxy()
            .once(
                seam,
                statements -> statements.contains(ChaosRun.MESSAGES),
                connection -> happen(action, connection),
                PATIENCE_SECONDS,
                TimeUnit.SECONDS);
    if (!happened) {
      throw new AssertionError("No message was committed within " + PATIENCE_SECONDS + " s");
    }
  }

  private static void happen(Action action, ProxiedConnection connection) {
    try {
      action.happen(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
