package dev.posthorn.internal.inbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/** The SQL in which databases differ, as far as the inbox needs it. */
enum Dialect {
  POSTGRESQL("OCTET_LENGTH(payload)", " LIMIT ", ""),
  MYSQL("LENGTH(payload)", " LIMIT ", ""),
  MARIADB("LENGTH(payload)", " LIMIT ", ""),
  ORACLE("DBMS_LOB.GETLENGTH(payload)", " FETCH FIRST ", " ROWS ONLY"),
  SQLSERVER("DATALENGTH(payload)", " OFFSET 0 ROWS FETCH NEXT ", " ROWS ONLY"),
  H2("OCTET_LENGTH(payload)", " LIMIT ", ""),
  SQLITE("LENGTH(payload)", " LIMIT ", ""),

  /** SQL of the standard, for other databases. */
  STANDARD("OCTET_LENGTH(payload)", " FETCH FIRST ", " ROWS ONLY");

  private final String payloadBytes;
  private final String limit;
  private final String afterLimit;

  Dialect(String payloadBytes, String limit, String afterLimit) {
    this.payloadBytes = payloadBytes;
    this.limit = limit;
    this.afterLimit = afterLimit;
  }

  /** Returns the dialect of a connection's database. */
  static Dialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    String name = product == null ? "" : product.toLowerCase(Locale.ROOT);
    if (name.contains("mariadb")) {
      return MARIADB;
    }
    if (name.contains("mysql")) {
      return MYSQL;
    }
    if (name.contains("postgresql")) {
      return POSTGRESQL;
    }
    if (name.contains("oracle")) {
      return ORACLE;
    }
    if (name.contains("microsoft sql server")) {
      return SQLSERVER;
    }
    if (name.contains("sqlite")) {
      return SQLITE;
    }
    return name.equals("h2") ? H2 : STANDARD;
  }

  /** Returns the name of the file with the definition of the table. */
  String script() {
    return "dev/posthorn/inbox/"
        + (this == STANDARD ? POSTGRESQL : this).name().toLowerCase(Locale.ROOT)
        + ".sql";
  }

  /** Returns the expression for the size of a payload, which does not read it. */
  String payloadBytes() {
    return payloadBytes;
  }

  /** Returns the end of a query that returns a limited number of rows. */
  String limit(int rows) {
    return limit + rows + afterLimit;
  }

  /**
   * Returns what follows the table's name in a query, so that it does not wait for transactions
   * that are still open: with SQL Server's default isolation a reader would.
   */
  String skipLocked() {
    return this == SQLSERVER ? " WITH (READPAST)" : "";
  }

  /**
   * Returns whether changes lock the gaps between rows, unless they only read what is committed.
   */
  boolean locksGaps() {
    return this == MYSQL || this == MARIADB;
  }
}
