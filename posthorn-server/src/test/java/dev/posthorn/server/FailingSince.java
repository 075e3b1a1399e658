package dev.posthorn.server;

import dev.posthorn.internal.id.IdPrefix;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The time since which an endpoint has failed, set in a server's file as its lane would. */
public final class FailingSince {
  private FailingSince() {}

  /** Restarts a server; meanwhile, stores that an endpoint has failed for some time until now. */
  public static void set(ServerFixture server, String endpoint, long millisAgo) {
    long id = server.server().engine().publicIds().parse(IdPrefix.ENDPOINT, endpoint).orElseThrow();
    server.restart(
        () -> {
          try (Connection file =
                  DriverManager.getConnection("jdbc:sqlite:" + server.database().toAbsolutePath());
              PreparedStatement insert =
                  file.prepareStatement(
                      "INSERT INTO lane_state(endpoint, failing_since) VALUES (?, ?) ON CONFLICT"
                          + " (endpoint) DO UPDATE SET failing_since = excluded.failing_since")) {
            insert.setLong(1, id);
            insert.setLong(2, System.currentTimeMillis() - millisAgo);
            insert.executeUpdate();
          } catch (SQLException e) {
            throw new AssertionError(e);
          }
        });
  }
}
