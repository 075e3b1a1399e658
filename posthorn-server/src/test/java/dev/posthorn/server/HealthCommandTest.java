package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.PosthornServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A health check that needs no other program than Posthorn. */
class HealthCommandTest extends CommandsFixture {
  @Test
  void aServerIsHealthyUntilItStops() throws Exception {
    String url;
    try (PosthornServer server = serve(db, OLD, List.of())) {
      url = String.valueOf(server.adminUrl());
      assertThat(run("health", "--admin-url", url)).isZero();
      assertThat(run("health", "--live", "--admin-url", url)).isZero();
    }
    assertThat(run("health", "--admin-url", url)).isEqualTo(1);
    assertThat(text.toString()).contains("cannot reach " + url);
  }
}
