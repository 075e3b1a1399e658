package dev.posthorn.testkit.chaos;

import java.io.IOException;
import java.net.URI;

/**
 * The PostgreSQL database that the faults are done to.
 *
 * <p>The user of the URL needs no more rights than Posthorn does, except {@code CREATE} on the
 * database for faults of its clock. The sessions of that user are terminated and its settings are
 * changed for a while ({@code ALTER ROLE}), so it must be a user of its own, and nobody else's
 * database.
 */
public interface ChaosDatabase extends AutoCloseable {

  /**
   * Returns a JDBC URL with a host, a port, a user and, if it has one, the password. The server
   * must accept connections without TLS.
   */
  String url();

  /** Returns whether {@link #stop} and {@link #start} work. */
  default boolean stoppable() {
    return false;
  }

  /**
   * Stops the server.
   *
   * @param crash whether it must stop at once, without a word to its clients
   */
  default void stop(boolean crash) throws IOException {
    throw new UnsupportedOperationException("the database cannot be stopped");
  }

  /** Starts the server, and returns once it accepts connections. */
  default void start() throws IOException {
    throw new UnsupportedOperationException("the database cannot be started");
  }

  /** Closes what was opened for the tests; nothing by default. */
  @Override
  default void close() throws IOException {}

  /** Returns a database that somebody else runs. */
  static ChaosDatabase at(String url) {
    return () -> url;
  }

  /** Returns the host and port of the URL. */
  default URI address() {
    if (!url().startsWith("jdbc:postgresql://")) {
      throw new IllegalArgumentException(
          "url: \"" + url() + "\" does not begin with jdbc:postgresql://HOST; give one that does");
    }
    URI address = URI.create(url().substring("jdbc:".length()));
    if (address.getHost() == null) {
      throw new IllegalArgumentException("url: \"" + url() + "\" has no single host; give one");
    }
    return address;
  }
}
