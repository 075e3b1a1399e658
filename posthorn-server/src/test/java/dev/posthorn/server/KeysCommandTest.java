package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.PosthornServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Commands that create, list, rotate and revoke API keys. */
class KeysCommandTest extends CommandsFixture {
  private int statusWith(PosthornServer server, String token) throws Exception {
    return send(server, "GET", "/api/v1/app", token, null).path("status").asInt();
  }

  @Test
  void aKeyOpensItsEnvironmentUntilItIsRevoked() throws Exception {
    assertThat(run("keys", "create", "--db", db.toString(), "--name", "ci", "--json")).isZero();
    JsonNode key = JSON.readTree(text.toString());
    String token = key.path("token").asString();
    assertThat(token).startsWith("phk_");
    try (PosthornServer server = serve(db, OLD, List.of())) {
      assertThat(statusWith(server, token)).isEqualTo(200);
      assertThat(statusWith(server, token + "x")).isEqualTo(401);
    }
    assertThat(run("keys", "list", "--db", db.toString())).isZero();
    assertThat(text.toString())
        .contains("ci", "org_default", key.path("id").asString(), "never")
        .doesNotContain(token);
    assertThat(run("keys", "revoke", "--db", db.toString(), key.path("id").asString())).isZero();
    try (PosthornServer server = serve(db, OLD, List.of())) {
      assertThat(statusWith(server, token)).isEqualTo(401);
    }
  }

  @Test
  void aRotatedKeyCountsForItsGraceAndTheNewOneAtOnce() throws Exception {
    String file = db.toString();
    assertThat(run("keys", "create", "--db", file, "--json")).isZero();
    JsonNode first = JSON.readTree(text.toString());
    String id = first.path("id").asString();
    assertThat(run("keys", "rotate", "--db", file, "--grace", "1h", id, "--json")).isZero();
    JsonNode second = JSON.readTree(text.toString());
    try (PosthornServer server = serve(db, OLD, List.of())) {
      assertThat(statusWith(server, first.path("token").asString())).isEqualTo(200);
      assertThat(statusWith(server, second.path("token").asString())).isEqualTo(200);
    }
    String next = second.path("id").asString();
    assertThat(run("keys", "rotate", "--db", file, "--grace", "0s", next, "--json")).isZero();
    try (PosthornServer server = serve(db, OLD, List.of())) {
      assertThat(statusWith(server, second.path("token").asString())).isEqualTo(401);
    }
  }

  @Test
  void keysOfADatabaseThatIsInUseAreRefusedWithTheWayOut() {
    try (PosthornServer server = serve(db, OLD, List.of())) {
      assertThat(server.url()).startsWith("http");
      assertThat(run("keys", "list", "--db", db.toString())).isEqualTo(1);
      assertThat(text.toString()).contains("running server").contains("POSTHORN_URL");
    }
  }

  @Test
  void keysOfARunningServerAreMadeListedRotatedAndRevokedToo() throws Exception {
    try (PosthornServer server = serve(db, OLD, List.of())) {
      String[] where = {"--url", server.url(), "--token", JWT, "--environment", "org_a"};
      assertThat(run(with(where, "keys", "create", "--name", "ci", "--json"))).isZero();
      JsonNode first = JSON.readTree(text.toString());
      assertThat(statusWith(server, first.path("token").asString())).isEqualTo(200);
      String id = first.path("id").asString();
      assertThat(run(with(where, "keys", "rotate", "--grace", "1h", id, "--json"))).isZero();
      JsonNode second = JSON.readTree(text.toString());
      assertThat(second.path("name").asString()).isEqualTo("ci");
      assertThat(statusWith(server, first.path("token").asString())).isEqualTo(200);
      assertThat(run(with(where, "keys", "list"))).isZero();
      assertThat(text.toString()).contains(id, second.path("id").asString(), "never");
      assertThat(run(with(where, "keys", "revoke", id))).isZero();
      assertThat(statusWith(server, first.path("token").asString())).isEqualTo(401);
      assertThat(statusWith(server, second.path("token").asString())).isEqualTo(200);
    }
  }

  @Test
  void aKeyThatIsRotatedGivesNoMoreThanItself() throws Exception {
    String reader;
    String sender;
    try (PosthornServer server = serve(db, OLD, List.of())) {
      send(server, "POST", "/api/v1/app", JWT, "{\"name\":\"x\",\"uid\":\"acme\"}");
      String keys = "/api/v1/management/authentication/org_a/api-token";
      String scopes = "{\"name\":\"r\",\"scopes\":[\"ViewBase\"]}";
      reader = send(server, "POST", keys, JWT, scopes).at("/body/id").asString();
      String path = "/api/v1/auth/app/acme/create-message-token";
      String hour = "{\"name\":\"s\",\"expiry\":3600}";
      sender = send(server, "POST", path, JWT, hour).at("/body/id").asString();
      String[] where = {"--url", server.url(), "--token", JWT, "--environment", "org_a"};
      String[] more = {reader, sender};
      for (int i = 0; i < more.length; i++) {
        assertThat(run(with(where, "keys", "rotate", "--grace", "1h", more[i], "--json"))).isZero();
        JsonNode fresh = JSON.readTree(text.toString());
        assertSame(server, fresh.path("token").asString(), i == 0 ? "ViewBase" : "CreateMessages");
        assertThat(fresh.path("expires").isNull()).isEqualTo(i == 0);
        more[i] = fresh.path("id").asString();
      }
      assertThat(run(with(where, "keys", "rotate", reader))).isEqualTo(1); // it ends in an hour
      reader = more[0];
      sender = more[1];
    }
    for (String id : List.of(reader, sender)) {
      assertThat(run("keys", "rotate", "--db", db.toString(), id, "--json")).isZero();
      JsonNode fresh = JSON.readTree(text.toString());
      boolean reads = id.equals(reader);
      assertThat(fresh.path("expires").isNull()).isEqualTo(reads);
      try (PosthornServer server = serve(db, OLD, List.of())) {
        assertSame(server, fresh.path("token").asString(), reads ? "ViewBase" : "CreateMessages");
      }
    }
  }

  private void assertSame(PosthornServer server, String token, String scope) throws Exception {
    JsonNode who = send(server, "GET", "/api/v1/auth/whoami", token, null).path("body");
    assertThat(who.path("capabilities").toString()).isEqualTo("[\"" + scope + "\"]");
    assertThat(who.path("appId").isNull()).isEqualTo(scope.equals("ViewBase"));
  }
}
