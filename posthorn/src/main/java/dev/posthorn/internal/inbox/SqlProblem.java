package dev.posthorn.internal.inbox;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.sql.SQLException;
import java.util.Locale;

/** The kinds of failures of a user's database that somebody can do something about. */
enum SqlProblem {
  /** The table does not exist. */
  NO_TABLE,
  /** The table has other columns. */
  NO_COLUMN,
  /** The user lacks a privilege. */
  NO_PRIVILEGE,
  /** Transaction or database is read-only. */
  READ_ONLY,
  /** The transaction has failed already. */
  ABORTED,
  /** The database has rolled the transaction back. */
  ROLLED_BACK,
  /** Anything else, such as a lost connection. */
  OTHER;

  /** Returns the kind of a failure. */
  static SqlProblem of(SQLException e, Dialect dialect) {
    SqlProblem standard = ofState(e.getSQLState() == null ? "" : e.getSQLState());
    if (standard != OTHER) {
      return standard;
    }
    return switch (dialect) {
      case MYSQL, MARIADB -> ofMysql(e.getErrorCode());
      case ORACLE -> ofOracle(e.getErrorCode());
      case SQLSERVER -> ofSqlServer(e.getErrorCode());
      case SQLITE -> ofSqlite(e);
      case POSTGRESQL, H2, STANDARD -> OTHER;
    };
  }

  private static SqlProblem ofState(String state) {
    return switch (state) {
      case "42P01", "3F000", "42S02", "42S03", "42S04" -> NO_TABLE;
      case "42703", "42S22" -> NO_COLUMN;
      case "42501", "90096" -> NO_PRIVILEGE;
      case "25006", "90097" -> READ_ONLY;
      case "25P02" -> ABORTED;
      case "40001", "40P01" -> ROLLED_BACK;
      default -> OTHER;
    };
  }

  private static SqlProblem ofMysql(int code) {
    return switch (code) {
      case 1146 -> NO_TABLE;
      case 1054 -> NO_COLUMN;
      case 1044, 1142, 1143, 1227 -> NO_PRIVILEGE;
      case 1290, 1792, 1836 -> READ_ONLY;
      case 1213 -> ROLLED_BACK;
      default -> OTHER;
    };
  }

  private static SqlProblem ofOracle(int code) {
    return switch (code) {
      case 942 -> NO_TABLE;
      case 904 -> NO_COLUMN;
      case 1031, 41900 -> NO_PRIVILEGE;
      case 1456, 16000 -> READ_ONLY;
      case 60, 8177 -> ROLLED_BACK;
      default -> OTHER;
    };
  }

  private static SqlProblem ofSqlServer(int code) {
    return switch (code) {
      case 208 -> NO_TABLE;
      case 207 -> NO_COLUMN;
      case 229, 230 -> NO_PRIVILEGE;
      case 3906 -> READ_ONLY;
      case 3930 -> ABORTED;
      case 1205 -> ROLLED_BACK;
      default -> OTHER;
    };
  }

  private static SqlProblem ofSqlite(SQLException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (text.contains("no such table")) {
      return NO_TABLE;
    }
    if (text.contains("no such column") || text.contains("no column named")) {
      return NO_COLUMN;
    }
    return text.contains("readonly") ? READ_ONLY : OTHER;
  }

  /** Returns whether it stays until somebody changes the database or the options. */
  boolean isMistake() {
    return switch (this) {
      case NO_TABLE, NO_COLUMN, NO_PRIVILEGE, READ_ONLY -> true;
      case ABORTED, ROLLED_BACK, OTHER -> false;
    };
  }

  /** Returns the exception for a message that could not be written. */
  static PosthornException ofSend(SQLException e, String table, Dialect dialect) {
    SqlProblem problem = of(e, dialect);
    String text =
        switch (problem) {
          case READ_ONLY ->
              "connection: is read-only; begin the transaction without that, and send in it";
          case ABORTED ->
              "connection: its transaction has failed before this; roll it back, and repeat it";
          case ROLLED_BACK ->
              "connection: the database has rolled its transaction back; repeat the transaction";
          case OTHER -> "connection: the message could not be written to " + table;
          default -> problem.ofTable(table, dialect, "INSERT");
        };
    boolean mistake = problem.isMistake() || problem == ABORTED;
    return new PosthornException(
        mistake ? Reason.INVALID : Reason.STORE_FAILED, text + " (" + e.getMessage() + ")", e);
  }

  /** Returns the exception for a relay that cannot work. */
  static PosthornException ofRelay(SQLException e, String table, Dialect dialect) {
    SqlProblem problem = of(e, dialect);
    String text =
        switch (problem) {
          case READ_ONLY ->
              "inbox: the database is read-only; give a DataSource whose connections may write";
          case NO_TABLE, NO_COLUMN, NO_PRIVILEGE ->
              problem.ofTable(table, dialect, "SELECT, INSERT, UPDATE and DELETE");
          case ABORTED, ROLLED_BACK, OTHER -> "inbox: " + table + " cannot be read or written";
        };
    return new PosthornException(
        problem.isMistake() ? Reason.INVALID : Reason.STORE_FAILED,
        text + " (" + e.getMessage() + ")",
        e);
  }

  private String ofTable(String table, Dialect dialect, String privileges) {
    return switch (this) {
      case NO_TABLE ->
          "inbox: there is no table "
              + table
              + "; create it with "
              + dialect.script()
              + " of the jar, or name yours with InboxOptions.table";
      case NO_COLUMN ->
          "inbox: the table "
              + table
              + " has other columns than this version needs; compare it with "
              + dialect.script()
              + " of the jar";
      default ->
          "inbox: the database user may not use " + table + "; grant it " + privileges + " on it";
    };
  }
}
