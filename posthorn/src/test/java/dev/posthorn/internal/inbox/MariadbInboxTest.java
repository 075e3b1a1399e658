package dev.posthorn.internal.inbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Takes ten seconds: the server is unpacked and started once. */
class MariadbInboxTest extends InboxRules {
  private static @Nullable EmbeddedMariadb server;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(EmbeddedMariadb.isAvailable(), "MariaDB has no binaries for this system");
    server = EmbeddedMariadb.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  InboxDatabase create(Path emptyFolder) throws SQLException {
    return new InboxDatabase(Objects.requireNonNull(server).createDatabase(), "mariadb");
  }
}
