package dev.posthorn.internal.postgresql.connection;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the hints of other processes ({@code LISTEN}), on a thread and a connection of its own.
 * Hints are lost while the connection is replaced, and there are none behind a pooler, or on
 * connections that a pool of the user's program gets back: whoever waits for hints looks for
 * himself now and then.
 */
final class HintListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HintListener.class);

  /** The time after which the connection is tried if no hint has come. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final long JOIN_MILLIS = 5_000;

  private final Opening opening;
  private final SessionSettings settings;
  private final SchemaName schema;
  private final Consumer<String> told;
  private final StopSignal stop = new StopSignal();
  private final Thread thread;
  private volatile @Nullable PreparedConnection current;

  private HintListener(
      Opening opening, SessionSettings settings, SchemaName schema, Consumer<String> told) {
    this.opening = opening;
    this.settings = settings;
    this.schema = schema;
    this.told = told;
    this.thread = Thread.ofPlatform().name("posthorn-hints").daemon().unstarted(this::listenAll);
  }

  /**
   * Starts to listen.
   *
   * @param told gets each hint, on the listener's thread; must return at once
   */
  static HintListener start(
      Opening opening, SessionSettings settings, SchemaName schema, Consumer<String> told) {
    HintListener listener = new HintListener(opening, settings, schema, told);
    listener.thread.start();
    return listener;
  }

  /** Tells all that listen. */
  static void tell(Readers readers, SchemaName schema, String text) {
    var unused =
        readers
            .ofOneStatement()
            .find(
                session -> {
                  try (PreparedStatement statement = session.prepare("SELECT pg_notify(?, ?)")) {
                    statement.setString(1, schema.name());
                    statement.setString(2, text);
                    return statement.execute();
                  }
                });
  }

  private void listenAll() {
    boolean goesOn = true;
    while (goesOn) {
      try (PreparedConnection connection = PreparedConnection.open(opening, settings)) {
        current = connection;
        if (connection.prelude() != null) {
          return; // its session is not this process's own
        }
        listen(connection);
      } catch (SQLException | RuntimeException | Error e) {
        LOG.debug("Waiting for hints of other processes failed, retried", e);
      } finally {
        current = null;
      }
      goesOn = stop.pause(PAUSE);
    }
  }

  private void listen(PreparedConnection connection) throws SQLException {
    PreparedConnection.run(connection.connection(), "LISTEN " + schema.quoted());
    connection.connection().commit();
    PGConnection driver = connection.connection().unwrap(PGConnection.class);
    while (!stop.isGiven()) {
      PGNotification[] hints = driver.getNotifications(Math.toIntExact(QUIET.toMillis()));
      if (hints.length == 0) {
        PreparedConnection.run(connection.connection(), "SELECT 1");
        connection.connection().commit();
      }
      for (PGNotification hint : hints) {
        told.accept(hint.getParameter());
      }
    }
  }

  @Override
  public void close() {
    var unused = stop.give();
    PreparedConnection open = current;
    if (open != null) {
      open.abort(); // the wait ends
    }
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
