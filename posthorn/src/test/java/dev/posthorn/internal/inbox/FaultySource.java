package dev.posthorn.internal.inbox;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A source of connections whose statements fail where a test wants it. */
final class FaultySource extends PlainDataSource {
  /** The moment at which a statement fails. */
  enum When {
    /** Before anything of it is done. */
    BEFORE,
    /** After it was done, which nobody learns. */
    AFTER
  }

  private final DataSource real;
  private final AtomicInteger left = new AtomicInteger();
  private volatile String begin = "";
  private volatile When when = When.BEFORE;
  private volatile Throwable failure = new SQLException("none");

  FaultySource(DataSource real) {
    this.real = real;
  }

  /** Makes the next executions of statements that begin with a word fail. */
  void fail(String word, When moment, Throwable with, int times) {
    begin = word;
    when = moment;
    failure = with;
    left.set(times);
  }

  int left() {
    return left.get();
  }

  private boolean strikes(String sql, When moment) {
    return when == moment
        && sql.startsWith(begin)
        && left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = real.getConnection();
    return (Connection)
        Proxy.newProxyInstance(
            FaultySource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              Object result = call(connection, method, arguments);
              return method.getName().equals("prepareStatement")
                  ? statement(
                      (PreparedStatement) Objects.requireNonNull(result), (String) arguments[0])
                  : result;
            });
  }

  private Object statement(PreparedStatement statement, String sql) {
    return Proxy.newProxyInstance(
        FaultySource.class.getClassLoader(),
        new Class<?>[] {PreparedStatement.class},
        (proxy, method, arguments) -> {
          boolean executes = method.getName().startsWith("execute");
          if (executes && strikes(sql, When.BEFORE)) {
            throw failure;
          }
          Object result = call(statement, method, arguments);
          if (executes && strikes(sql, When.AFTER)) {
            throw failure;
          }
          return result;
        });
  }

  private static @Nullable Object call(
      Object target, java.lang.reflect.Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
