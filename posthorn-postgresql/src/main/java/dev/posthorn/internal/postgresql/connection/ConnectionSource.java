package dev.posthorn.internal.postgresql.connection;

import java.sql.Connection;
import java.sql.SQLException;

/** Opener of connections. */
interface ConnectionSource {

  /** Opens a connection, which may take as long as the network lets it. */
  Connection open() throws SQLException;

  /**
   * Returns whether connections end when they are closed. Otherwise, a pool gives them to others,
   * who must find them unchanged.
   */
  boolean ends();

  /** Returns the server and the database, without secrets, for messages. */
  String describe();
}
