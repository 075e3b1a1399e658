package dev.posthorn.internal.postgresql.connection;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** The source of a pool's connections: each has the limits of its purpose. */
final class PreparedDataSource implements DataSource {
  private static final int CLOSE_SECONDS = 5;

  private final Opening opening;
  private final SessionSettings settings;

  /** The same for all connections of a source. */
  private volatile @Nullable String prelude;

  private volatile boolean pooled;

  PreparedDataSource(Opening opening, SessionSettings settings) {
    this.opening = opening;
    this.settings = settings;
  }

  /** Returns the statements that each transaction must begin with, or null. */
  @Nullable String prelude() {
    return prelude;
  }

  /**
   * Returns the server's process of one of its connections, or 0 if it is unknown, since a pooler
   * is on the way.
   */
  int process(Connection connection) throws SQLException {
    return pooled ? 0 : connection.unwrap(PGConnection.class).getBackendPID();
  }

  /** Returns the time in which a connection is open, or fails. */
  Duration openingLimit() {
    return opening.limit();
  }

  @Override
  public Connection getConnection() throws SQLException {
    PreparedConnection prepared = PreparedConnection.open(opening, settings);
    prelude = prepared.prelude();
    pooled = prepared.process() == 0;
    return opening.source().ends() ? prepared.connection() : restored(prepared);
  }

  /** Returns a connection that is given back as it was. */
  private static Connection restored(PreparedConnection prepared) {
    return (Connection)
        Proxy.newProxyInstance(
            PreparedDataSource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                prepared.close();
                return null;
              }
              try {
                return method.invoke(prepared.connection(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the source knows the user");
  }

  /** Ignored: {@link Opening} has the limit, and the user's DataSource stays as it is. */
  @Override
  public void setLoginTimeout(int seconds) {}

  /** Returns how long a pool that is closed waits for connections that are being opened. */
  @Override
  public int getLoginTimeout() {
    return CLOSE_SECONDS;
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("the driver has one");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("not a wrapper for " + type.getName());
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
