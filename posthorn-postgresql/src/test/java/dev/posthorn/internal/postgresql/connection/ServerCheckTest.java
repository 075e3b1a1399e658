package dev.posthorn.internal.postgresql.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Mistakes of users: each has a message that names the field and the remedy. */
@ExtendWith(PostgresqlExtension.class)
class ServerCheckTest {

  private static void assertRefused(PostgresqlOptions options, String... parts) {
    assertThatThrownBy(() -> Database.of(options).check())
        .isInstanceOf(StoreException.class)
        .hasMessageContainingAll(parts);
  }

  private static PostgresqlOptions through(TestDatabase database, Change change) {
    return PostgresqlOptions.of(source(database, change));
  }

  /** Something that a connection of a user's DataSource does differently. */
  private interface Change {
    Object call(Connection real, Method method, Object[] arguments) throws Throwable;
  }

  private static DataSource source(TestDatabase database, Change change) {
    return (DataSource)
        Proxy.newProxyInstance(
            ServerCheckTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getConnection" -> changed(database.connect(), change);
                  case "isWrapperFor" -> false;
                  case "hashCode" -> 1;
                  case "equals" -> false;
                  default -> null;
                });
  }

  private static Connection changed(Connection real, Change change) {
    return (Connection)
        Proxy.newProxyInstance(
            ServerCheckTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              try {
                return change.call(real, method, arguments == null ? new Object[0] : arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aUsableServerPasses(TestDatabase database) {
    assertThatCode(() -> Database.of(PostgresqlOptions.of(database.url())).check())
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                Database.of(
                        through(
                            database, (real, method, arguments) -> method.invoke(real, arguments)))
                    .check())
        .doesNotThrowAnyException();
  }

  @Test
  void noServer() throws Exception {
    int port;
    try (var socket = new java.net.ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertRefused(
        PostgresqlOptions.of("postgresql://127.0.0.1:" + port + "/db?user=me&password=word"),
        "schema posthorn of jdbc:postgresql://127.0.0.1:" + port + "/db",
        "check the database and try again",
        "refused");
  }

  @Test
  void noDatabase(EmbeddedPostgresql server) {
    assertRefused(
        PostgresqlOptions.of(server.url("nowhere", "postgres")),
        "there is no such database; create it",
        "\"nowhere\"");
  }

  @Test
  void aWrongPassword(TestDatabase database) {
    String role = "guest_" + database.name();
    database.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'word' IN ROLE needs_password");
    assertThatThrownBy(
            () ->
                Database.of(PostgresqlOptions.of(database.url(role) + "&password=secret")).check())
        .hasMessageContainingAll("the password is wrong; correct user and password", role)
        .hasMessageNotContaining("secret");
  }

  @Test
  void aServerWithoutConnections(TestDatabase database) throws SQLException {
    String role = "busy_" + database.name();
    database.execute("CREATE ROLE " + role + " LOGIN CONNECTION LIMIT 1");
    try (Connection onlyOne = DriverManager.getConnection(database.url(role))) {
      assertRefused(
          PostgresqlOptions.of(database.url(role)),
          "the server has no connection left; raise max_connections");
      assertThat(onlyOne.isValid(1)).isTrue();
    }
  }

  @Test
  void aWrongEncoding(EmbeddedPostgresql server, TestDatabase database) {
    String name = "latin_" + database.name();
    server.execute("CREATE DATABASE " + name + " ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    try (TestDatabase latin = new TestDatabase(server, name)) {
      assertRefused(
          PostgresqlOptions.of(latin.url()),
          "the database has the encoding LATIN1",
          "ENCODING 'UTF8' TEMPLATE template0");
    }
  }

  @Test
  void aReadOnlyRole(TestDatabase database) {
    database.execute(
        "ALTER DATABASE " + database.name() + " SET default_transaction_read_only = on");
    assertRefused(
        PostgresqlOptions.of(database.url()),
        "gives read-only connections",
        "default_transaction_read_only");
  }

  @Test
  void aReadOnlyDataSource(TestDatabase database) {
    DataSource readOnly =
        source(
            database,
            (real, method, arguments) -> {
              if (method.getName().equals("setAutoCommit") && arguments[0].equals(false)) {
                real.setReadOnly(true);
              }
              return method.invoke(real, arguments);
            });
    assertRefused(PostgresqlOptions.of(readOnly), "read-only", "setReadOnly(true)");
  }

  @Test
  void anOldServer(TestDatabase database) {
    PostgresqlOptions old =
        through(
            database,
            (real, method, arguments) -> {
              if (method.getName().equals("createStatement")) {
                real.createStatement()
                    .execute("CREATE TABLE IF NOT EXISTS old AS SELECT '130020'::text AS number");
              }
              Object result = method.invoke(real, arguments);
              return result instanceof java.sql.Statement statement ? aged(statement) : result;
            });
    assertRefused(old, "the server is PostgreSQL ", "use 14 or later");
  }

  private static Object aged(java.sql.Statement real) {
    return Proxy.newProxyInstance(
        ServerCheckTest.class.getClassLoader(),
        new Class<?>[] {java.sql.Statement.class},
        (proxy, method, arguments) -> {
          boolean version = arguments != null && "SHOW server_version_num".equals(arguments[0]);
          return method.invoke(real, version ? new Object[] {"SELECT number FROM old"} : arguments);
        });
  }

  @Test
  void aClosedConnection(TestDatabase database) {
    assertRefused(
        through(
            database,
            (real, method, arguments) -> {
              real.close();
              return method.invoke(real, arguments);
            }),
        "the dataSource returned a closed connection");
  }

  @Test
  @SuppressWarnings("NullAway") // a method of a proxy that returns nothing returns null
  void noConnectionAtAll() {
    DataSource none =
        (DataSource)
            Proxy.newProxyInstance(
                ServerCheckTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) ->
                    method.getName().equals("isWrapperFor") ? false : null);
    assertRefused(PostgresqlOptions.of(none), "the DataSource returned no connection");
  }

  @Test
  @SuppressWarnings("NullAway") // a method of a proxy that returns nothing returns null
  void aConnectionThatCommitsEachStatement(TestDatabase database) {
    assertRefused(
        through(
            database,
            (real, method, arguments) ->
                method.getName().equals("setAutoCommit") ? null : method.invoke(real, arguments)),
        "the dataSource gives connections that commit each statement");
  }

  @Test
  void aConnectionOfATransactionManager(TestDatabase database) {
    assertRefused(
        through(
            database,
            (real, method, arguments) -> {
              if (method.getName().equals("commit")) {
                throw new SQLException("commit is not allowed on a managed connection");
              }
              return method.invoke(real, arguments);
            }),
        "XA or JTA",
        "not part of a transaction manager",
        "commit is not allowed");
  }

  @Test
  @SuppressWarnings("NullAway") // a method of a proxy that returns nothing returns null
  void autoCommitThatIsOffIsNoObstacleAndStays(TestDatabase database) throws SQLException {
    try (Connection connection = DriverManager.getConnection(database.url())) {
      connection.setAutoCommit(false);
      PostgresqlOptions options =
          through(
              database,
              (real, method, arguments) ->
                  method.getName().equals("close") ? null : method.invoke(connection, arguments));
      Database.of(options).check();
      assertThat(connection.getAutoCommit()).isFalse();
    }
  }

  @Test
  void anotherDatabase(TestDatabase database) {
    assertRefused(
        through(
            database,
            (real, method, arguments) ->
                switch (method.getName()) {
                  case "isWrapperFor" -> false;
                  case "getMetaData" -> throw new SQLException("none");
                  default -> method.invoke(real, arguments);
                }),
        "the dataSource connects to an unknown database",
        "use PostgreSQL's own driver");
  }

  @Test
  void aStandby() throws Exception {
    try (EmbeddedPostgresql standby = EmbeddedPostgresql.start()) {
      standby.turnIntoStandby();
      assertRefused(
          PostgresqlOptions.of(standby.url("postgres", "postgres")),
          "the server is a standby",
          "targetServerType=primary");
    }
  }
}
