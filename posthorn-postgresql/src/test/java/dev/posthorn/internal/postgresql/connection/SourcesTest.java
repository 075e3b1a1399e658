package dev.posthorn.internal.postgresql.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import dev.posthorn.PostgresqlOptions;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

@ExtendWith(PostgresqlExtension.class)
class SourcesTest {

  private static String value(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static HikariDataSource pool(TestDatabase database, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setMaximumPoolSize(size);
    config.setConnectionInitSql("SET application_name = 'billing'");
    return new HikariDataSource(config);
  }

  /** Uses each connection of a store once. */
  private static void use(DataSource source) {
    Database database = Database.of(PostgresqlOptions.of(source));
    database.check();
    try (Sessions sessions = database.sessions(new OpenFence())) {
      assertThat(sessions.writer().<Integer>transact(session -> 1)).isEqualTo(1);
      for (Readers readers :
          List.of(sessions.forWriter(), sessions.forEngine(), sessions.forLists(Owner.NOBODY))) {
        assertThat(readers.<String>read(session -> value(session.connection(), "SELECT 1")))
            .isEqualTo("1");
      }
    }
  }

  @Test
  void aPoolOfHikariOnlyTellsHowToConnect(TestDatabase database) throws SQLException {
    try (HikariDataSource pool = pool(database, 1);
        Connection onlyOne = pool.getConnection()) {
      use(pool); // though the pool has no connection left
      assertThat(value(onlyOne, "SHOW statement_timeout")).isEqualTo("0");
      try (Connection opened = Sources.of(pool).open()) {
        assertThat(value(opened, "SHOW application_name")).isEqualTo("billing");
      }
      assertThat(Sources.of(pool).ends()).isTrue();
      assertThat(Sources.of(pool).describe()).isEqualTo(database.url().replaceFirst("\\?.*", ""));
    }
  }

  @Test
  void aPoolWhoseCredentialsAreProvidedIsAskedEachTime(TestDatabase database) throws SQLException {
    String role = "guest_" + database.name();
    database.execute("CREATE ROLE " + role + " LOGIN");
    AtomicReference<String> user = new AtomicReference<>("postgres");
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl(database.url().replaceFirst("[?].*", ""));
      pool.setCredentialsProvider(() -> Credentials.of(user.get(), "token"));
      ConnectionSource source = Sources.of(pool);
      try (Connection opened = source.open()) {
        assertThat(value(opened, "SELECT current_user")).isEqualTo("postgres");
      }
      user.set(role); // as a token that has changed
      try (Connection opened = source.open()) {
        assertThat(value(opened, "SELECT current_user")).isEqualTo(role);
      }
    }
  }

  @Test
  void aWrappedPoolOfHikariIsFoundToo(TestDatabase database) throws SQLException {
    try (HikariDataSource pool = pool(database, 1);
        Connection onlyOne = pool.getConnection()) {
      DataSource wrapper =
          (DataSource)
              Proxy.newProxyInstance(
                  SourcesTest.class.getClassLoader(),
                  new Class<?>[] {DataSource.class},
                  (proxy, method, arguments) ->
                      switch (method.getName()) {
                        case "isWrapperFor" -> arguments[0] == HikariDataSource.class;
                        case "unwrap" -> pool;
                        default -> method.invoke(pool, arguments);
                      });
      use(wrapper);
      assertThat(onlyOne.isValid(1)).isTrue();
    }
  }

  @Test
  void aDriversDataSourceIsUsedAsItIs(TestDatabase database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(database.url());
    use(source);
    assertThat(source.getLoginTimeout()).isZero();
    assertThat(source.getSocketTimeout()).isZero();
  }

  /** A pool that is not Hikari's: two connections, which are given back as they were. */
  private static final class OtherPool {
    final List<Connection> idle = new ArrayList<>();
    final List<Connection> all = new ArrayList<>();
    final TestDatabase database;

    OtherPool(TestDatabase database) {
      this.database = database;
    }

    DataSource source() {
      return (DataSource)
          Proxy.newProxyInstance(
              SourcesTest.class.getClassLoader(),
              new Class<?>[] {DataSource.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "isWrapperFor" -> false;
                    case "hashCode" -> 1;
                    case "getConnection" -> borrowed();
                    default -> throw new UnsupportedOperationException(method.getName());
                  });
    }

    private synchronized Connection borrowed() throws SQLException {
      Connection real;
      if (idle.isEmpty()) {
        real = database.connect();
        all.add(real);
      } else {
        real = idle.removeLast();
      }
      return (Connection)
          Proxy.newProxyInstance(
              SourcesTest.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("close")) {
                  giveBack(real);
                  return null;
                }
                try {
                  return method.invoke(real, arguments);
                } catch (java.lang.reflect.InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private synchronized void giveBack(Connection real) {
      idle.add(real);
    }
  }

  @Test
  void anotherPoolGetsItsConnectionsBackAsTheyWere(TestDatabase database) throws SQLException {
    OtherPool pool = new OtherPool(database);
    use(pool.source());
    assertThat(pool.idle).containsExactlyInAnyOrderElementsOf(pool.all).isNotEmpty();
    for (Connection connection : pool.idle) {
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(connection.getNetworkTimeout()).isZero();
      assertThat(value(connection, "SHOW statement_timeout")).isEqualTo("0");
      assertThat(value(connection, "SHOW default_transaction_isolation"))
          .isEqualTo("read committed");
      assertThat(value(connection, "SHOW default_transaction_read_only")).isEqualTo("off");
      connection.close();
    }
  }

  @Test
  void aSourceThatDoesNotAnswerIsGivenUp() {
    CountDownLatch never = new CountDownLatch(1);
    ConnectionSource hanging =
        new ConnectionSource() {
          @Override
          public Connection open() throws SQLException {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            throw new SQLException("too late");
          }

          @Override
          public boolean ends() {
            return true;
          }

          @Override
          public String describe() {
            return "nowhere";
          }
        };
    Opening opening = new Opening(hanging, Duration.ofMillis(20));
    for (int i = 0; i < 20; i++) { // more than there are threads that may hang
      assertThatThrownBy(opening::open).hasMessageContaining("no connection within");
    }
    never.countDown();
  }
}
