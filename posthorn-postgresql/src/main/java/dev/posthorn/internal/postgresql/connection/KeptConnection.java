package dev.posthorn.internal.postgresql.connection;

import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one purpose, opened when it is needed and kept until something fails. Used by
 * one thread at a time.
 */
final class KeptConnection implements AutoCloseable {
  /** The time after which a firewall may have dropped a connection that nothing was sent on. */
  private static final long IDLE_NANOS = Duration.ofSeconds(20).toNanos();

  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Opening opening;
  private final SessionSettings settings;
  private @Nullable PreparedConnection current;
  private long usedNanos;

  KeptConnection(Opening opening, SessionSettings settings) {
    this.opening = opening;
    this.settings = settings;
  }

  /** Returns the connection, or a new one. */
  PreparedConnection get() throws SQLException {
    long now = System.nanoTime();
    if (now - usedNanos > IDLE_NANOS) {
      check(ANSWER);
    }
    PreparedConnection present = current;
    if (present == null) {
      present = PreparedConnection.open(opening, settings);
      current = present;
    }
    usedNanos = now;
    return present;
  }

  /** Closes the connection if it does not answer in time. */
  void check(Duration limit) {
    PreparedConnection present = current;
    if (present != null && !present.answers(limit)) {
      discard();
    }
  }

  /** Closes the connection, whose state is unknown: the next is a new one. */
  void discard() {
    PreparedConnection last = current;
    current = null;
    if (last != null) {
      last.abort();
    }
  }

  @Override
  public void close() {
    PreparedConnection last = current;
    current = null;
    if (last != null) {
      last.close();
    }
  }
}
