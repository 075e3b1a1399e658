package dev.posthorn.internal.postgresql.store;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A source of connections that records the statements that are prepared on them. */
final class RecordedStatements implements DataSource {
  private final DataSource source;
  private final Map<String, LongAdder> statements = new ConcurrentSkipListMap<>();
  private final AtomicLong count = new AtomicLong();

  RecordedStatements(DataSource source) {
    this.source = source;
  }

  /** Returns the statements, each once; those that were sent together apart. */
  Set<String> statements() {
    return statements.keySet();
  }

  /** Returns how often statements with some words were prepared. */
  long count(String words) {
    return statements.entrySet().stream()
        .filter(entry -> entry.getKey().contains(words))
        .mapToLong(entry -> entry.getValue().sum())
        .sum();
  }

  /** Returns how often statements were prepared, and sent. */
  long count() {
    return count.get();
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = source.getConnection();
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("prepareStatement")) {
                count.incrementAndGet();
                for (String statement : ((String) arguments[0]).split(";\n", 0)) {
                  statements.computeIfAbsent(statement, text -> new LongAdder()).increment();
                }
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return source.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    source.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    source.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return source.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return source.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return source.isWrapperFor(type);
  }
}
