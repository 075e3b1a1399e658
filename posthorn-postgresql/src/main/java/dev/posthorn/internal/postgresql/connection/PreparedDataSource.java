package dev.posthorn.internal.postgresql.connection;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The source of a pool's connections: each has the limits of its purpose. */
final class PreparedDataSource implements DataSource {
  private final Opening opening;
  private final SessionSettings settings;

  /** The same for all connections of a source. */
  private volatile @Nullable String prelude;

  PreparedDataSource(Opening opening, SessionSettings settings) {
    this.opening = opening;
    this.settings = settings;
  }

  /** Returns the statements that each transaction must begin with, or null. */
  @Nullable String prelude() {
    return prelude;
  }

  @Override
  public Connection getConnection() throws SQLException {
    PreparedConnection prepared = PreparedConnection.open(opening, settings);
    prelude = prepared.prelude();
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

  @Override
  public int getLoginTimeout() {
    return 0;
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
