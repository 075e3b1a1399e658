package dev.posthorn.testkit.chaos;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Faults of connections, of the network and of the server as a whole. */
final class ConnectionFaults {
  private static final int TIMES = 10;
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int MOST_CONNECTIONS = 1_000;
  private static final String TOO_MANY_CONNECTIONS = "53300";

  private ConnectionFaults() {}

  static void terminatedAll(ChaosRun run) throws SQLException {
    for (int i = 0; i < TIMES; i++) {
      terminateAll(run);
      run.pause(PAUSE);
    }
    run.isOver();
  }

  static void cutAll(ChaosRun run) {
    for (int i = 0; i < TIMES; i++) {
      run.proxy().cutAll();
      run.pause(PAUSE);
    }
    run.isOver();
  }

  static void stalled(ChaosRun run) {
    run.proxy().stall();
    run.outage();
    run.proxy().flow();
    run.isOver();
  }

  static void unreachable(ChaosRun run) {
    run.proxy().refuse(true);
    run.proxy().cutAll();
    run.outage();
    run.proxy().refuse(false);
    run.isOver();
  }

  static void stopped(ChaosRun run) throws IOException, SQLException {
    stop(run, false);
  }

  static void crashed(ChaosRun run) throws IOException, SQLException {
    stop(run, true);
  }

  private static void stop(ChaosRun run, boolean crash) throws IOException, SQLException {
    if (!run.database().stoppable()) {
      throw new Fault.Impossible("this database cannot be stopped from here");
    }
    run.database().stop(crash);
    run.outage();
    run.database().start();
    run.administrator().reconnect();
    run.isOver();
  }

  /** Takes all connections, so that those that are terminated then cannot be replaced. */
  static void tooMany(ChaosRun run) throws SQLException {
    List<Connection> taken = new ArrayList<>();
    try {
      takeAll(run, taken);
      terminateAll(run);
      takeAll(run, taken);
      run.outage();
    } finally {
      for (Connection connection : taken) {
        connection.close();
      }
    }
    run.isOver();
  }

  private static void takeAll(ChaosRun run, List<Connection> taken) throws SQLException {
    while (taken.size() < MOST_CONNECTIONS) {
      try {
        taken.add(run.administrator().connect());
      } catch (SQLException e) {
        if (TOO_MANY_CONNECTIONS.equals(e.getSQLState())) {
          return;
        }
        throw e;
      }
    }
    throw new Fault.Impossible("the server allows more than " + MOST_CONNECTIONS + " connections");
  }

  static void terminateAll(ChaosRun run) throws SQLException {
    for (ProxiedConnection connection : run.proxy().connections()) {
      run.administrator().terminate(connection.port());
    }
  }
}
