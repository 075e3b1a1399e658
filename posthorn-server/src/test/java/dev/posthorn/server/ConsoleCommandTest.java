package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.ServerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code posthorn console}: a link that signs a person in once. */
class ConsoleCommandTest extends CommandsFixture {
  private static ServerFixture server() {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return ServerFixture.start(
        options ->
            options.withAccess(
                new ServerOptions.Access(
                    options.access().listen(), any, options.access().jwtSecret())));
  }

  private int console(ServerFixture server, String... more) {
    String[] where = {
      "--admin-url", String.valueOf(server.server().adminUrl()),
      "--db", server.database().toString()
    };
    return run(with(with(where, more), "console"));
  }

  private String link() {
    return text.toString().strip().lines().toList().getLast();
  }

  private static Reply follow(ServerFixture server, String link) {
    String code = link.substring(link.indexOf("#code=") + 6);
    return server
        .client("")
        .send(
            "POST",
            "/api/v1/console/session",
            "{\"code\":\"" + code + "\"}",
            "X-Posthorn-Console",
            "1");
  }

  @Test
  void printsALinkThatWorksOnce() {
    try (ServerFixture server = server()) {
      server.environment("org_only").get("/api/v1/app").expect(200);
      assertThat(console(server, "--name", "Gil")).isZero();
      String link = link();
      assertThat(link).startsWith(server.server().url() + "/console#code=phl_");
      Reply session = follow(server, link).expect(201);
      assertThat(session.at("/name").asString()).isEqualTo("Gil");
      assertThat(session.at("/environment").asString()).isEqualTo("org_only");
      assertThat(session.at("/role").asString()).isEqualTo("operator");
      follow(server, link).expect(401);
    }
  }

  @Test
  void theLinkMayBeReadOnlyAndNamesItsEnvironment() {
    try (ServerFixture server = server()) {
      for (String name : List.of("org_one", "org_two")) {
        server.environment(name).get("/api/v1/app").expect(200);
      }
      assertThat(console(server)).isEqualTo(1);
      assertThat(text.toString()).contains("environment: is required; there are org_one, org_two");
      assertThat(console(server, "--environment", "org_two", "--read-only")).isZero();
      Reply session = follow(server, link()).expect(201);
      assertThat(session.at("/environment").asString()).isEqualTo("org_two");
      assertThat(session.at("/role").asString()).isEqualTo("read-only");
      assertThat(console(server, "--environment", "org_three")).isEqualTo(1);
      assertThat(text.toString()).contains("is unknown: \"org_three\"");
    }
  }
}
