package dev.posthorn.testkit.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresqlExtension.class)
class EmbeddedPostgresqlTest {

  @Test
  void eachTestHasADatabaseOfItsOwn(TestDatabase database, EmbeddedPostgresql server) {
    database.execute("CREATE TABLE mark (number int)");
    database.execute("INSERT INTO mark VALUES (7)");
    assertThat(database.query("SELECT number FROM mark")).containsExactly("7");
    assertThat(database.query("SHOW server_encoding")).containsExactly("UTF8");
    try (TestDatabase other = server.createDatabase()) {
      assertThat(other.query("SELECT to_regclass('mark')")).containsExactly((String) null);
    }
  }

  @Test
  void backendsCanBeTerminated(TestDatabase database) throws SQLException {
    try (Connection connection = database.connect()) {
      database.terminateBackends();
      assertThatThrownBy(() -> connection.createStatement().execute("SELECT 1"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aServerStopsCrashesAndStartsWithItsData() throws Exception {
    try (EmbeddedPostgresql server = EmbeddedPostgresql.builder().sync(true).start()) {
      TestDatabase database = server.createDatabase();
      database.execute("CREATE TABLE mark (number int)");
      server.stop();
      assertThatThrownBy(database::connect).isInstanceOf(SQLException.class);
      server.startServer();
      database.execute("INSERT INTO mark VALUES (1)");
      server.crash();
      server.startServer();
      assertThat(database.query("SELECT number FROM mark")).containsExactly("1");
    }
  }

  @Test
  void aServerEndsWithTheProcessThatStartedItEvenIfThatIsKilled() throws Exception {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServerOwner.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said = owner.inputReader()) {
      int port = Integer.parseInt(said.readLine());
      assertThat(accepts(port)).isTrue();
      owner.destroyForcibly().waitFor();
      while (accepts(port)) {
        Thread.onSpinWait(); // JUnit's limit ends it
      }
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aRoleInTheGroupNeedsItsPassword(TestDatabase database, EmbeddedPostgresql server) {
    String role = "guest_" + database.name();
    server.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'word' IN ROLE needs_password");
    assertThatThrownBy(
            () -> java.sql.DriverManager.getConnection(database.url(role) + "&password=other"))
        .hasMessageContaining("password authentication failed");
  }
}
