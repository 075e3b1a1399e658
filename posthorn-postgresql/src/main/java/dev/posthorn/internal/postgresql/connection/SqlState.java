package dev.posthorn.internal.postgresql.connection;

import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The codes of PostgreSQL's errors that make a difference here, and their remedies. */
public final class SqlState {
  static final String CONNECTION = "08";
  static final String INTEGRITY = "23";

  /** A key that is there already. */
  public static final String UNIQUE_VIOLATION = "23505";

  /**
   * The classes of errors for which a row is the reason: invalid data, a violated constraint, and
   * an exceeded limit, such as that of a row of an index.
   */
  static final Set<String> OF_ROWS = Set.of("22", INTEGRITY, "54");

  static final String ROLLBACK = "40";
  static final String OPERATOR_INTERVENTION = "57P";

  /** A transaction that lost against another one: it may be tried again. */
  public static final String SERIALIZATION_FAILURE = "40001";

  static final String TRANSACTION_INTEGRITY = "40002";

  /** A transaction that was rolled back so that another one, which waited for it, can go on. */
  public static final String DEADLOCK = "40P01";

  static final String FAILED_TRANSACTION = "25P02";
  static final String READ_ONLY = "25006";
  static final String DISK_FULL = "53100";

  /** A table is missing, which may be because the schema was not migrated. */
  public static final String UNDEFINED_TABLE = "42P01";

  /** The state of a connection that took too long to open. */
  static final String CANNOT_CONNECT = "08001";

  /**
   * States that a fresh connection may not have: idle for too long within a transaction, read-only
   * since a failover, prepared statements that a pooler lost, a plan from before a migration.
   */
  static final Set<String> FRESH = Set.of("25P03", READ_ONLY, "26000", "42P05", "0A000");

  static final Set<String> DAMAGED = Set.of("XX001", "XX002");

  private static final Map<String, String> REMEDIES =
      Map.ofEntries(
          Map.entry("28P01", "the password is wrong; correct user and password"),
          Map.entry(
              "28000",
              "the server refuses this user; correct the user, or allow it in pg_hba.conf"),
          Map.entry("3D000", "there is no such database; create it, or correct the URL"),
          Map.entry("3F000", "there is no such schema; run: posthorn schema migrate"),
          Map.entry(UNDEFINED_TABLE, "a table is missing; run: posthorn schema migrate"),
          Map.entry("42703", "a column is missing; run: posthorn schema migrate"),
          Map.entry(
              "42501",
              "this user lacks a privilege; grant it, see \"Privileges\" in"
                  + " docs/operating/postgresql.md"),
          Map.entry(
              "53300",
              "the server has no connection left; raise max_connections, or use fewer connections"),
          Map.entry(
              READ_ONLY,
              "the server is read-only, as a standby is; connect to the primary"
                  + " (targetServerType=primary)"),
          Map.entry("57P03", "the server does not accept connections yet; wait until it does"),
          Map.entry(
              "57014", "a statement was canceled or took too long; look for what slows it down"),
          Map.entry(
              "55P03",
              "another session holds a lock for too long; look for it in pg_stat_activity"),
          Map.entry(
              "25P03", "a transaction was idle for too long; look for long pauses of this process"),
          Map.entry(
              "26000",
              "a pooler lost a prepared statement; enable prepared statements in it, or set"
                  + " prepareThreshold=0"),
          Map.entry(
              "42P05",
              "a pooler mixed up prepared statements; enable prepared statements in it, or set"
                  + " prepareThreshold=0"));

  private static final String UNVERIFIED =
      "the server cannot be verified; name the host that its certificate is for, and the file of"
          + " the CA that vouches for it (sslrootcert)";

  private SqlState() {}

  /** Returns the state of an error, or of the error that caused it, or null. */
  public static @Nullable String of(SQLException cause) {
    return root(cause).getSQLState();
  }

  /** Returns the error of the database that a pool reports as the cause of its own. */
  static SQLException root(SQLException cause) {
    SQLException root = cause;
    for (Throwable next = cause.getCause(); next != null; next = next.getCause()) {
      if (next instanceof SQLException sql && sql.getSQLState() != null) {
        root = sql;
      }
    }
    return root;
  }

  /** Returns the problem and the remedy of an error, or null. */
  static @Nullable String remedy(SQLException cause, @Nullable String state) {
    for (Throwable next = cause; next != null; next = next.getCause()) {
      if (next instanceof GeneralSecurityException
          || next instanceof SSLException
          || String.valueOf(next.getMessage()).contains("hostnameverifier")) {
        return UNVERIFIED;
      }
    }
    return state == null ? null : REMEDIES.get(state);
  }
}
