package dev.posthorn.internal.postgresql.connection;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The limits of a connection, so that nothing waits forever: not for the server, for a lock, for
 * this process, or for a network that has gone silent.
 *
 * @param use its statements; transactions that read rows cannot write, and see one state, others
 *     are at {@code READ COMMITTED}
 * @param statement the time that a statement may take
 * @param lock the time that a statement may wait for a lock
 * @param idle the time after which the server ends a transaction in which nothing happens
 * @param network the time to wait for an answer of the server, longer than for a statement
 */
record SessionSettings(
    Use use, Duration statement, Duration lock, Duration idle, Duration network) {

  private static final Duration MOST_IDLE = Duration.ofSeconds(10);

  /** The statements of a session. */
  enum Use {
    /**
     * Batches of rows, found by their keys. A plan is made once, since that takes long with a table
     * for each day. A plan from before a table has grown, and was analyzed, must not scan all of
     * it.
     */
    WRITE_ROWS,
    /** Reads of rows, found by their keys; their plans are made once, too. */
    READ_ROWS,
    /** Statements of any kind. */
    OTHER
  }

  private boolean readOnly() {
    return use == Use.READ_ROWS;
  }

  /**
   * Returns the settings of the writer. A batch takes milliseconds. A process that stops within a
   * transaction holds up whoever takes over from it until the server has ended the transaction, so
   * that happens before its lease ends.
   */
  static SessionSettings writer(Duration lease) {
    Duration half = lease.dividedBy(2);
    return new SessionSettings(
        Use.WRITE_ROWS,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        half.compareTo(MOST_IDLE) < 0 ? half : MOST_IDLE,
        Duration.ofSeconds(15));
  }

  /** Returns the settings of a connection that reads. */
  static SessionSettings reader(Duration statement) {
    return new SessionSettings(
        Use.READ_ROWS, statement, Duration.ofSeconds(5), statement, statement.plusSeconds(5));
  }

  /** Returns the settings of the lease's connection, which must answer well within the lease. */
  static SessionSettings lease(Duration lease) {
    Duration statement = lease.dividedBy(4);
    return new SessionSettings(Use.OTHER, statement, statement, statement, lease.dividedBy(3));
  }

  /** Returns the settings of a connection that asks the server about another one's session. */
  static SessionSettings question() {
    Duration second = Duration.ofSeconds(1);
    return new SessionSettings(Use.OTHER, second, second, second, Duration.ofSeconds(2));
  }

  /** Returns the settings of a connection that changes the schema, which may take long. */
  static SessionSettings schema() {
    return new SessionSettings(
        Use.OTHER,
        Duration.ofHours(1),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofHours(1).plusMinutes(1));
  }

  /** Returns the statement that sets the session up, for a connection that nobody else uses. */
  String forSession() {
    return "SELECT " + configs(false) + ", " + durability(false);
  }

  /**
   * Returns the statements that set a transaction up, as its first ones, for a connection that
   * others use too.
   */
  String forTransaction() {
    return "SET TRANSACTION ISOLATION LEVEL "
        + (readOnly() ? "REPEATABLE READ READ ONLY" : "READ COMMITTED")
        + "; SELECT "
        + configs(true)
        + ", "
        + durability(true);
  }

  private String configs(boolean local) {
    Map<String, String> values = new TreeMap<>();
    values.put("statement_timeout", millis(statement));
    values.put("lock_timeout", millis(lock));
    values.put("idle_in_transaction_session_timeout", millis(idle));
    if (!local) {
      values.put(
          "default_transaction_isolation", readOnly() ? "repeatable read" : "read committed");
    }
    if (!local
        && readOnly()) { // never "off": an administrator may have set it, to stop all writers
      values.put("default_transaction_read_only", "on");
    }
    if (use != Use.OTHER) {
      values.put("enable_seqscan", "off");
      values.put("jit", "off");
      values.put("plan_cache_mode", "force_generic_plan");
    }
    if (use == Use.WRITE_ROWS) {
      values.put("enable_hashjoin", "off");
      values.put("enable_mergejoin", "off");
    }
    return values.entrySet().stream()
        .map(each -> "set_config('%s', '%s', %s)".formatted(each.getKey(), each.getValue(), local))
        .collect(Collectors.joining(", "));
  }

  /** A role or a database may have it off by default: then "committed" would not be "durable". */
  private static String durability(boolean local) {
    return "set_config('synchronous_commit',"
        + " CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'"
        + " ELSE current_setting('synchronous_commit') END, "
        + local
        + ")";
  }

  private static String millis(Duration time) {
    return String.valueOf(time.toMillis());
  }
}
