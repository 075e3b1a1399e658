package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The places of a password that users of PostgreSQL know. Each try is a process, because the
 * environment is one's own.
 */
@ExtendWith(PostgresqlExtension.class)
@DisabledOnOs(OS.WINDOWS)
class PostgresqlPasswordTest {
  private static final String WORD = "a b&c%d";

  @TempDir private Path folder;

  /** Creates the schema as a user who needs a password; returns what was said. */
  private String migrate(TestDatabase database, int code, Map<String, String> environment)
      throws IOException, InterruptedException {
    String url =
        "postgresql://owner_"
            + database.name()
            + "@127.0.0.1:"
            + database.server().port()
            + "/"
            + database.name();
    Process process = ServerProcess.spawn(folder, environment, "schema", "migrate", "--store", url);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(folder.resolve("log"));
    assertThat(process.exitValue()).as(said).isEqualTo(code);
    return said;
  }

  @Test
  void aPasswordComesFromTheEnvironmentOrFromAFile(TestDatabase database) throws Exception {
    String owner = "owner_" + database.name();
    database.execute(
        "CREATE ROLE " + owner + " LOGIN PASSWORD '" + WORD + "' IN ROLE needs_password");
    database.execute("GRANT CREATE ON DATABASE " + database.name() + " TO " + owner);
    try {
      assertThat(migrate(database, 1, Map.of("PGPASSWORD", "SECRET-1")))
          .contains("posthorn: ", database.name())
          .doesNotContain("SECRET-1", "\tat ");
      assertThat(migrate(database, 0, Map.of("PGPASSWORD", WORD))).doesNotContain(WORD);
      assertThat(migrate(database, 0, Map.of("POSTHORN_STORE_PASSWORD", WORD)))
          .doesNotContain(WORD);
      Path file = folder.resolve("pgpass");
      Files.writeString(file, "*:*:" + database.name() + ":" + owner + ":" + WORD + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      migrate(database, 0, Map.of("PGPASSFILE", file.toString()));
    } finally {
      database.execute("DROP OWNED BY " + owner + " CASCADE");
      database.execute("DROP ROLE " + owner);
    }
  }
}
