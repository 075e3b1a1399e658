package dev.posthorn.server;

import dev.posthorn.testkit.postgresql.TestDatabase;

/** A server that joins a schema at the moment at which a command writes a setting. */
final class StartingServer {
  private StartingServer() {}

  /**
   * Lets a server start.
   *
   * @param setting the setting that the command writes
   */
  static void during(TestDatabase database, String setting) {
    database.execute(
        """
        CREATE FUNCTION start_server() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO posthorn.node (id, slot, epoch, host, version, started)
            VALUES (5, 200, 1, 'elsewhere', '1', now());
          INSERT INTO posthorn.heartbeat (node, expires, duration_ms, claims)
            VALUES (5, now() + interval '1 hour', 3600000, false);
          RETURN NEW;
        END $$;
        CREATE TRIGGER starting AFTER INSERT ON posthorn.setting FOR EACH ROW
          WHEN (NEW.name = '%s') EXECUTE FUNCTION start_server()\
        """
            .formatted(setting));
  }
}
