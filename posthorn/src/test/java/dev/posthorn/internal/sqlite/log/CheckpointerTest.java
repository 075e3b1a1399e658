package dev.posthorn.internal.sqlite.log;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4Connection;

class CheckpointerTest {
  private static final long LONG = 60_000;

  @TempDir Path directory;

  private final AtomicInteger calls = new AtomicInteger();

  /** Opens a connection that runs something at its first checkpoint. */
  private SQLiteConnection connection(Runnable atFirst) throws SQLException {
    String file = directory.resolve("store.db").toString();
    return new JDBC4Connection("jdbc:sqlite:" + file, file, new Properties()) {
      @Override
      public PreparedStatement prepareStatement(String sql) throws SQLException {
        PreparedStatement statement = super.prepareStatement(sql);
        return (PreparedStatement)
            Proxy.newProxyInstance(
                CheckpointerTest.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("executeQuery") && calls.incrementAndGet() == 1) {
                    atFirst.run();
                  }
                  return method.invoke(statement, arguments);
                });
      }
    };
  }

  @Test
  void anInterruptDoesNotCloseTheFile() throws Exception {
    SQLiteConnection connection = connection(() -> Thread.currentThread().interrupt());
    FileChannel file = FileChannel.open(directory.resolve("store.db"), CREATE, WRITE);
    Checkpointer checkpointer = Checkpointer.start(connection, file);
    try {
      checkpointer.request();
      assertThat(checkpointer.awaitIdle(LONG)).isTrue();
      assertThat(calls).hasValue(1);
      assertThat(file.isOpen()).isTrue();
    } finally {
      checkpointer.close();
    }
  }

  @Test
  void anErrorDoesNotEndTheCheckpoints() throws Exception {
    SQLiteConnection connection =
        connection(
            () -> {
              throw new OutOfMemoryError("planted");
            });
    FileChannel file = FileChannel.open(directory.resolve("store.db"), CREATE, WRITE);
    Checkpointer checkpointer = Checkpointer.start(connection, file);
    try {
      checkpointer.request();
      assertThat(checkpointer.awaitIdle(LONG)).isTrue();
      checkpointer.request();
      assertThat(checkpointer.awaitIdle(LONG)).isTrue();
      assertThat(calls).hasValue(2);
    } finally {
      checkpointer.close();
    }
  }
}
