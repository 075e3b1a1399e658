package dev.posthorn.testkit.chaos;

import java.io.IOException;
import java.sql.SQLException;

/** Something that happens to a database while messages are sent and delivered. */
public enum Fault {
  /** The server ends the session before it gets the commit: nothing was written. */
  TERMINATED_BEFORE_COMMIT("session terminated before its commit", CommitFaults::terminatedBefore),
  /** The server ends the session while it commits: nobody knows whether it was written. */
  TERMINATED_DURING_COMMIT("session terminated during its commit", CommitFaults::terminatedDuring),
  /** The server has committed and ends the session before the client hears of it. */
  TERMINATED_AFTER_COMMIT(
      "session terminated after its commit, answer lost", CommitFaults::terminatedAfter),
  /** The connection breaks, and only the answer to the commit is lost. */
  ANSWER_LOST("connection cut, answer to the commit lost", CommitFaults::answerLost),
  /** The answer to the commit comes late. */
  ANSWER_LATE("answer to the commit late", CommitFaults::answerLate),
  /** The server has committed, and then the network loses everything without a sign. */
  PEER_SILENT("connection silent for ever after a commit", CommitFaults::silent),
  /** The server ends the session because its transaction was idle for too long. */
  IDLE_TIMEOUT("idle_in_transaction_session_timeout before a commit", SessionFaults::idleTimeout),
  /** All sessions are terminated again and again. */
  ALL_TERMINATED("all sessions terminated, every 200 ms", ConnectionFaults::terminatedAll),
  /** All connections are cut again and again, at any byte. */
  ALL_CUT("all connections cut, every 200 ms", ConnectionFaults::cutAll),
  /** The network delivers nothing for a while, and then everything. */
  NETWORK_STALLED("network stalled", ConnectionFaults::stalled),
  /** The server is not reachable for a while. */
  UNREACHABLE("database unreachable", ConnectionFaults::unreachable),
  /** The server is stopped as an administrator does, and started. */
  STOPPED("database stopped and started", ConnectionFaults::stopped),
  /** The server stops as in a crash, and recovers. */
  CRASHED("database crashed and recovered", ConnectionFaults::crashed),
  /** Others take all connections that the server has. */
  TOO_MANY_CONNECTIONS("too many connections", ConnectionFaults::tooMany),
  /** After a failover the server that the connections lead to is read-only for a while. */
  READ_ONLY("read-only after failover", SessionFaults::readOnly),
  /** Somebody holds a lock on a table, as a change of the schema does. */
  TABLE_LOCKED("table locked", SessionFaults::locked),
  /** The same, for so long that statements fail. */
  LOCK_TIMEOUT("table locked for longer than lock_timeout", SessionFaults::lockTimeout),
  /** Transactions of somebody else and of Posthorn wait for each other. */
  DEADLOCK("deadlocks with another program's transactions", SessionFaults::deadlock),
  /** Another session keeps a transaction open and does nothing. */
  IDLE_TRANSACTION("idle transaction held open", SessionFaults::idleTransaction),
  /** Another session reads all messages, slowly. */
  LONG_READER("long-running reader", SessionFaults::longReader),
  /** The clock of the database jumps an hour ahead, and back. */
  CLOCK_AHEAD("clock of the database an hour ahead, then right", ClockFaults::ahead),
  /** The clock of the database jumps an hour back, and ahead again. */
  CLOCK_BEHIND("clock of the database an hour behind, then right", ClockFaults::behind);

  private final String title;

  @SuppressWarnings("ImmutableEnumChecker") // a method
  private final Injection injection;

  /** Makes a fault, and says each time that it is over. */
  interface Injection {
    void inject(ChaosRun run) throws SQLException, IOException, InterruptedException;
  }

  /** The reason why a fault cannot be made on a database. */
  static final class Impossible extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Impossible(String reason) {
      super(reason);
    }
  }

  Fault(String title, Injection injection) {
    this.title = title;
    this.injection = injection;
  }

  /** Returns the fault in words. */
  public String title() {
    return title;
  }

  void inject(ChaosRun run) throws SQLException, IOException, InterruptedException {
    injection.inject(run);
  }
}
