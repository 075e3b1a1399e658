package dev.posthorn.internal.postgresql.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that the system stops while it writes, for longer than its lease, and lets go on after
 * another has taken over. Takes longer than a lease, because the process is a real one.
 */
@ExtendWith(PostgresqlExtension.class)
@DisabledOnOs(OS.WINDOWS)
class StoppedProcessTest {
  @TempDir Path folder;

  @Test
  void itWritesNothingMore(TestDatabase database) throws Exception {
    Database own =
        Database.of(
            PostgresqlOptions.builder(database.url())
                .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
                .build());
    new Schema(own).migrate();
    database.execute(
        "CREATE TABLE posthorn.mark (number bigserial, writer int);"
            + " CREATE TABLE posthorn.said (what text)");
    Process process = start(database);
    try {
      Await.until("it writes", () -> count(database, 1) > 0);
      signal(process, "-STOP");
      try (OwnedLease lease = LeaseAcquisition.acquire(own);
          Sessions sessions = own.sessions(lease)) {
        sessions
            .writer()
            .transact(
                session -> {
                  try (Statement statement = session.connection().createStatement()) {
                    return statement.execute("INSERT INTO posthorn.mark (writer) VALUES (2)");
                  }
                });
        signal(process, "-CONT");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(database.query("SELECT what FROM posthorn.said"))
        .containsExactly("fenced, lease held: false");
    assertThat(database.query("SELECT writer FROM posthorn.mark ORDER BY number DESC LIMIT 1"))
        .containsExactly("2");
  }

  private Process start(TestDatabase database) throws IOException {
    return new ProcessBuilder(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WritingProcess.class.getName(),
                database.url()))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  private static void signal(Process process, String signal) throws Exception {
    Process kill =
        new ProcessBuilder("kill", signal, String.valueOf(process.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  private static int count(TestDatabase database, int writer) {
    return Integer.parseInt(
        String.valueOf(
            database
                .query("SELECT count(*) FROM posthorn.mark WHERE writer = " + writer)
                .getFirst()));
  }
}
