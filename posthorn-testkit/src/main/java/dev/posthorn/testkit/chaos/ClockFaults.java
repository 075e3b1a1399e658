package dev.posthorn.testkit.chaos;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A clock of the database that is wrong. Functions with the names of PostgreSQL's own come first in
 * the search path of the user, and add a number of seconds to the time.
 */
final class ClockFaults {
  private static final String SCHEMA = "posthorn_chaos";
  private static final int HOUR = 3_600;

  private ClockFaults() {}

  static void ahead(ChaosRun run) throws SQLException {
    wrong(run, HOUR);
  }

  static void behind(ChaosRun run) throws SQLException {
    wrong(run, -HOUR);
  }

  private static void wrong(ChaosRun run, int seconds) throws SQLException {
    Administrator administrator = run.administrator();
    createClock(administrator);
    try {
      administrator.setForRole("search_path", SCHEMA + ", pg_catalog, public");
      ConnectionFaults.terminateAll(run);
      run.isOver(); // new sessions have the clock, which is right
      set(administrator, seconds);
      checkWrong(administrator);
      run.isOver();
      run.outage();
      run.isOver();
      set(administrator, 0);
      run.isOver();
      run.outage();
      run.isOver();
    } finally {
      administrator.resetForRole("search_path");
      ConnectionFaults.terminateAll(run);
      administrator.execute("DROP SCHEMA " + SCHEMA + " CASCADE");
    }
    run.isOver();
  }

  private static void createClock(Administrator administrator) throws SQLException {
    try {
      administrator.execute("CREATE SCHEMA " + SCHEMA);
    } catch (SQLException e) {
      throw new Fault.Impossible("the user may not create a schema: " + e.getMessage());
    }
    administrator.execute("CREATE TABLE " + SCHEMA + ".wrong (seconds integer NOT NULL)");
    administrator.execute("INSERT INTO " + SCHEMA + ".wrong VALUES (0)");
    for (String name :
        new String[] {"now", "clock_timestamp", "statement_timestamp", "transaction_timestamp"}) {
      administrator.execute(
          "CREATE FUNCTION %1$s.%2$s() RETURNS timestamptz LANGUAGE sql STABLE AS $$"
                  .formatted(SCHEMA, name)
              + "SELECT pg_catalog.%2$s() + make_interval(secs => seconds) FROM %1$s.wrong$$"
                  .formatted(SCHEMA, name));
    }
  }

  /** Checks that sessions of the user see the wrong time: a pooler may give them another path. */
  private static void checkWrong(Administrator administrator) throws SQLException {
    try (Connection session = administrator.connect();
        var statement = session.createStatement();
        var row =
            statement.executeQuery(
                "SELECT abs(extract(epoch FROM clock_timestamp() - pg_catalog.clock_timestamp()))"
                    + " > 1")) {
      row.next();
      if (!row.getBoolean(1)) {
        throw new Fault.Impossible("the search path of the user does not hide pg_catalog");
      }
    }
  }

  private static void set(Administrator administrator, int seconds) throws SQLException {
    administrator.execute("UPDATE " + SCHEMA + ".wrong SET seconds = " + seconds);
  }
}
