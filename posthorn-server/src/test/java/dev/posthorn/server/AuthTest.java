package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.ServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Tokens over HTTP: their access and lifetime. */
class AuthTest {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private String environment = "";
  private ApiClient api = SERVER.api();

  @BeforeEach
  void ownEnvironment(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    environment = "org_" + (name + "x".repeat(27)).substring(0, 27); // as clients check it
    api = SERVER.environment(environment);
  }

  private String app(String uid) {
    return api.post("/api/v1/app", "{\"name\":\"x\",\"uid\":\"" + uid + "\"}").expect(201).id();
  }

  private Reply portal(String app, String body) {
    return api.post("/api/v1/auth/app-portal-access/" + app, body);
  }

  private ApiClient customer(String app, String body) {
    return SERVER.client(portal(app, body).expect(200).at("/token").asString());
  }

  // ---- the portal ----------------------------------------------------------------------------

  @Test
  void aPortalTokenShowsItsApplicationAndNoOther() {
    String one = app("one");
    String two = app("two");
    Reply access = portal("one", "{}").expect(200);
    String token = access.at("/token").asString();
    assertThat(token).startsWith("appsk_").hasSizeGreaterThan(40);
    String key = access.at("/url").asString().replaceAll(".*#key=", "");
    assertThat(new String(Base64.getUrlDecoder().decode(key), StandardCharsets.UTF_8))
        .isEqualTo("{\"appId\":\"" + one + "\",\"token\":\"" + token + "\"}");
    ApiClient customer = SERVER.client(token);
    customer.get("/api/v1/app/one").expect(200);
    customer.get("/api/v1/app/" + one).expect(200);
    customer.get("/api/v1/app/" + two).expect(404);
    customer.get("/api/v1/app/two/endpoint").expect(404);
    customer.get("/api/v1/app").expect(403);
    customer.delete("/api/v1/app/one").expect(403);
    customer.post("/api/v1/auth/app-portal-access/one", "{}").expect(403);
  }

  @Test
  void theApplicationIsCreatedIfItIsDescribed() {
    portal("fresh", "{}").expect(404);
    portal("fresh", "{\"application\":{\"name\":\"Fresh\",\"uid\":\"fresh\"}}").expect(200);
    portal("fresh", "{\"application\":{\"name\":\"Other\",\"uid\":\"fresh\"}}").expect(200);
    assertThat(api.get("/api/v1/app/fresh").expect(200).at("/name").asString()).isEqualTo("Fresh");
    portal("else", "{\"application\":{\"name\":\"Fresh\",\"uid\":\"other\"}}").expect(422);
  }

  @Test
  void olderClientsAskForDashboardAccess() {
    app("one");
    Reply access = api.post("/api/v1/auth/dashboard-access/one", null).expect(200);
    SERVER.client(access.at("/token").asString()).get("/api/v1/app/one").expect(200);
  }

  @Test
  void capabilitiesAreKeptTo() {
    String app = app("one");
    String endpoints = "/api/v1/app/" + app + "/endpoint";
    String url = "{\"url\":\"" + SERVER.receiver().url("/auth") + "\"}";
    String endpoint = api.post(endpoints, url).expect(201).id();
    String one = endpoints + "/" + endpoint;

    ApiClient reader = customer(app, "{\"readOnly\":true}");
    reader.get(one).expect(200);
    reader.get(one + "/headers").expect(200);
    reader.get(one + "/secret").expect(403);
    reader.post(endpoints, url).expect(403);
    reader.put(one, url).expect(403);
    reader.patch(one, "{}").expect(403);
    reader.delete(one).expect(403);
    reader.put(one + "/headers", "{\"headers\":{}}").expect(403);
    reader.post(one + "/secret/rotate", "{}").expect(403);
    reader.post(one + "/send-example", "{\"eventType\":\"a\"}").expect(403);

    ApiClient keeper = customer(app, "{\"capabilities\":[\"ViewBase\",\"ViewEndpointSecret\"]}");
    keeper.get(one + "/secret").expect(200);
    keeper.post(one + "/secret/rotate", "{}").expect(403);
    keeper.patch(one, "{}").expect(403);

    ApiClient manager = customer(app, "{\"capabilities\":[\"ViewBase\",\"ManageEndpoint\"]}");
    manager.patch(one, "{}").expect(200);
    manager.get(one + "/secret").expect(403);

    ApiClient owner = customer(app, "{}");
    owner.patch(one, "{\"description\":\"d\"}").expect(200);
    owner.get(one + "/secret").expect(200);
    owner.post(one + "/secret/rotate", "{}").expect(204);
    owner.delete(one).expect(204);
  }

  @Test
  void whatIsWrongIsNamed() {
    app("one");
    portal("one", "{\"expiry\":3599}").expect(422);
    portal("one", "{\"expiry\":604801}").expect(422);
    portal("one", "{\"sessionId\":\"a b\"}").expect(422);
    portal("one", "{\"capabilities\":[\"Fly\"]}").expect(422);
    portal("one", "{\"capabilities\":[\"ManageEndpoint\"]}").expect(422);
    portal("one", "{\"featureFlags\":[\"a b\"]}").expect(422);
    SERVER.client("").post("/api/v1/auth/app-portal-access/one", "{}").expect(401);
  }

  // ---- the end of tokens ---------------------------------------------------------------------

  @Test
  void logoutEndsTheTokenThatIsUsedAndNoOther() {
    String app = app("one");
    ApiClient signed = SERVER.application(app);
    ApiClient opaque = customer(app, "{}");
    ApiClient other = customer(app, "{}");
    for (ApiClient client : List.of(signed, opaque)) {
      client.get("/api/v1/app/one").expect(200);
      client.post("/api/v1/auth/logout", null).expect(204);
      client.get("/api/v1/app/one").expect(401);
      client.post("/api/v1/auth/logout", null).expect(401);
    }
    other.get("/api/v1/app/one").expect(200);
    customer(app, "{\"readOnly\":true}").post("/api/v1/auth/logout", null).expect(204);
  }

  @Test
  void whatHasEndedStaysSoAfterARestart() {
    try (ServerFixture server = ServerFixture.start()) {
      String app = server.api().post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
      String path = "/api/v1/auth/app-portal-access/" + app;
      ApiClient kept =
          server.client(server.api().post(path, "{}").expect(200).at("/token").asString());
      ApiClient signed = server.application(app);
      signed.post("/api/v1/auth/logout", null).expect(204);
      server.restart();
      signed.get("/api/v1/app/" + app).expect(401);
      kept.get("/api/v1/app/" + app).expect(200);
    }
  }

  @Test
  void allTokensOfAnApplicationEndOrThoseOfSessions() {
    String app = app("one");
    ApiClient ann = customer(app, "{\"sessionId\":\"ann\"}");
    ApiClient bob = customer(app, "{\"sessionId\":\"bob\"}");
    ApiClient elsewhere = customer(app("two"), "{\"sessionId\":\"ann\"}");
    String path = "/api/v1/auth/app/one/expire-all";
    api.post(path, "{\"expiry\":60}").expect(204);
    ann.get("/api/v1/app/one").expect(200);
    api.post(path, "{\"sessionIds\":[\"ann\"]}").expect(204);
    ann.get("/api/v1/app/one").expect(401);
    bob.get("/api/v1/app/one").expect(200);
    api.post(path, null).expect(204);
    bob.get("/api/v1/app/one").expect(401);
    elsewhere.get("/api/v1/app/two").expect(200);
    api.post(path, "{\"expiry\":-1}").expect(422);
    api.post(path, "{\"sessionIds\":[\"a b\"]}").expect(422);
    api.post("/api/v1/auth/app/none/expire-all", "{}").expect(404);
  }

  @Test
  void everyTokenCanBeAskedWhoseItIs() {
    String app = app("one");
    Reply signed = api.get("/api/v1/auth/whoami").expect(200);
    assertThat(signed.at("/envId").asString()).isEqualTo(environment);
    assertThat(signed.at("/appId").isNull()).isTrue();
    assertThat(signed.at("/permissionSource").asString()).isEqualTo("SvixJwt");
    Reply opaque =
        customer(app, "{\"sessionId\":\"ann\",\"readOnly\":true}")
            .get("/api/v1/auth/whoami")
            .expect(200);
    assertThat(opaque.at("/envId").asString()).isEqualTo(environment);
    assertThat(opaque.at("/appId").asString()).isEqualTo(app);
    assertThat(opaque.at("/sessionId").asString()).isEqualTo("ann");
    assertThat(opaque.at("/permissionSource").asString()).isEqualTo("RegionalAuthToken");
    SERVER.client("").get("/api/v1/auth/whoami").expect(401);
  }

  // ---- API keys ------------------------------------------------------------------------------

  private String keys() {
    return "/api/v1/management/authentication/" + environment + "/api-token";
  }

  @Test
  void anApiKeyIsShownOnceAndOpensItsEnvironment() {
    Reply made = api.post(keys(), "{\"name\":\"ci\"}").expect(200);
    String token = made.at("/token").asString();
    assertThat(token).startsWith("phk_");
    assertThat(made.at("/scopes").isNull()).isTrue();
    ApiClient client = SERVER.client(token);
    client.post("/api/v1/app", "{\"name\":\"x\"}").expect(201);
    Reply shown = api.get(keys() + "/" + made.id()).expect(200);
    assertThat(shown.text()).doesNotContain(token).contains(token.substring(token.length() - 4));
    assertThat(api.get(keys()).expect(200).text()).doesNotContain(token);
    Reply renamed = api.put(keys() + "/" + made.id(), "{\"name\":\"cd\"}").expect(200);
    assertThat(renamed.at("/name").asString()).isEqualTo("cd");
    assertThat(api.patch(keys() + "/" + made.id(), "{}").expect(200).at("/name").asString())
        .isEqualTo("cd");
    assertThat(
            api.patch(keys() + "/" + made.id(), "{\"name\":null}").expect(200).at("/name").isNull())
        .isTrue();
    api.post(keys() + "/" + made.id() + "/expire", "{\"expiry\":60}").expect(204);
    client.get("/api/v1/app").expect(200);
    assertThat(api.get(keys() + "/" + made.id()).at("/expiresAt").isString()).isTrue();
    api.post(keys() + "/" + made.id() + "/expire", "{}").expect(204);
    client.get("/api/v1/app").expect(401);
    api.get(keys() + "/" + made.id()).expect(404);
  }

  @Test
  void anApiKeyDoesWhatItsScopesAllowAndGivesNoMore() {
    Reply made =
        api.post(keys(), "{\"name\":\"r\",\"scopes\":[\"ViewBase\",\"Administer\"]}").expect(200);
    ApiClient client = SERVER.client(made.at("/token").asString());
    String app = client.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    client.get("/api/v1/app/" + app).expect(200);
    client
        .post("/api/v1/app/" + app + "/endpoint", "{\"url\":\"http://127.0.0.1:1/\"}")
        .expect(403);
    client.post(keys(), "{\"name\":\"more\"}").expect(403);
    client.post(keys(), "{\"name\":\"more\",\"scopes\":[\"ManageEndpoint\"]}").expect(403);
    client.post(keys(), "{\"name\":\"same\",\"scopes\":[\"ViewBase\"]}").expect(200);
    client.patch(keys() + "/" + made.id(), "{\"scopes\":[\"ManageEndpoint\"]}").expect(403);
    client.patch(keys() + "/" + made.id(), "{\"scopes\":null}").expect(403);
    api.patch(keys() + "/" + made.id(), "{\"scopes\":[\"ViewBase\"]}").expect(200);
    client.post("/api/v1/app", "{\"name\":\"x\"}").expect(403);
    client.get("/api/v1/app").expect(200);
    api.post(keys(), "{\"name\":\"\",\"scopes\":[\"ViewBase\"]}").expect(422);
    api.post(keys(), "{\"name\":\"x\",\"scopes\":[]}").expect(422);
    api.post(keys(), "{\"name\":\"x\",\"scopes\":[\"Fly\"]}").expect(422);
  }

  @Test
  void aRepeatedRequestForAnApiKeyNamesTheOneThatItMade() {
    String body = "{\"name\":\"ci\"}";
    Reply made = api.post(keys(), body, "Idempotency-Key", "k").expect(200);
    Reply again = api.post(keys(), body, "Idempotency-Key", "k").expect(409);
    assertThat(again.at("/detail").asString()).contains(made.id()).contains("new idempotency key");
    assertThat(api.get(keys()).expect(200).at("/data")).hasSize(1);
  }

  @Test
  void apiKeysAreListedToTheEndAndBack() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(api.post(keys(), "{\"name\":\"k" + i + "\"}").expect(200).id());
    }
    customer(app("one"), "{}");
    for (String order : List.of("ascending", "descending")) {
      List<String> expected = order.equals("ascending") ? made : made.reversed();
      String path = keys() + "?limit=2&order=" + order;
      Reply page = api.get(path).expect(200);
      List<String> seen = ids(page);
      while (!page.at("/done").asBoolean()) {
        page = api.get(path + "&iterator=" + page.at("/iterator").asString()).expect(200);
        seen.addAll(ids(page));
      }
      assertThat(seen).isEqualTo(expected);
      page = api.get(path + "&iterator=" + page.at("/prevIterator").asString()).expect(200);
      assertThat(ids(page)).isEqualTo(expected.subList(2, 4));
    }
    api.get(keys() + "?iterator=none").expect(422);
  }

  private static List<String> ids(Reply page) {
    List<String> ids = new ArrayList<>();
    page.at("/data").forEach(row -> ids.add(row.get("id").asString()));
    return ids;
  }

  @Test
  void keysOfAnotherEnvironmentAreNotThere() {
    String id = api.post(keys(), "{\"name\":\"ci\"}").expect(200).id();
    ApiClient other = SERVER.environment("org_other");
    other.get(keys()).expect(404);
    other.post(keys(), "{\"name\":\"x\"}").expect(404);
    String theirs = keys().replace(environment, "org_other");
    other.get(theirs + "/" + id).expect(404);
    other.put(theirs + "/" + id, "{\"name\":\"x\"}").expect(404);
    other.post(theirs + "/" + id + "/expire", "{}").expect(404);
    api.get(keys() + "/none").expect(404);
    String app = app("one");
    customer(app, "{}").get(keys()).expect(403);
  }

  @Test
  void aMessageTokenSeesNothingAndEndsInTime() {
    String app = app("one");
    String path = "/api/v1/auth/app/one/create-message-token";
    Reply made = api.post(path, "{\"name\":\"sender\",\"expiry\":3600}").expect(200);
    assertThat(made.at("/scopes").toString()).isEqualTo("[\"CreateMessages\"]");
    ApiClient sender = SERVER.client(made.at("/token").asString());
    assertThat(sender.get("/api/v1/auth/whoami").expect(200).at("/appId").asString())
        .isEqualTo(app);
    sender.get("/api/v1/app/one").expect(403);
    sender.get("/api/v1/app/one/endpoint").expect(403);
    sender.delete("/api/v1/app/one").expect(403);
    app("two");
    String message = "{\"eventType\":\"a\",\"payload\":{}}";
    sender.post("/api/v1/app/one/msg", message).expect(202);
    sender.post("/api/v1/app/two/msg", message).expect(404);
    sender
        .post(
            "/api/v1/app/new/msg",
            "{\"eventType\":\"a\",\"payload\":{},\"application\":{\"name\":\"n\",\"uid\":\"new\"}}")
        .expect(404);
    SERVER.client(ServerFixture.token(app)).post("/api/v1/app/one/msg", message).expect(403);
    api.patch(keys() + "/" + made.id(), "{\"scopes\":[\"ViewBase\"]}").expect(422);
    Reply over = api.post(path, "{\"name\":\"late\",\"expiry\":0}").expect(200);
    SERVER.client(over.at("/token").asString()).get("/api/v1/auth/whoami").expect(401);
    // The server forgets it when it creates the next one.
    api.post(path, "{\"name\":\"next\"}").expect(200);
    api.get(keys() + "/" + over.id()).expect(404);
    api.post("/api/v1/auth/app/none/create-message-token", "{\"name\":\"x\"}").expect(404);
  }

  // ---- secrecy -------------------------------------------------------------------------------

  @Test
  void tokensAreNeitherInTheDatabaseNorInTheLog(@TempDir Path directory) throws IOException {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    Path database = directory.resolve("p.db");
    List<String> tokens = new ArrayList<>();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try (ServerFixture server =
        ServerFixture.start(options -> options.withStore(ServerOptions.file(database)))) {
      String app = server.api().post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
      String path = "/api/v1/auth/app-portal-access/" + app;
      for (int i = 0; i < 2; i++) {
        Reply made = server.api().post(path, "{}", "Idempotency-Key", "k" + i).expect(200);
        tokens.add(made.at("/token").asString());
        server.api().post(path, "{}", "Idempotency-Key", "k" + i).expect(409);
      }
      String keys = "/api/v1/management/authentication/org_fixture/api-token";
      Reply key = server.api().post(keys, "{\"name\":\"k\"}", "Idempotency-Key", "k").expect(200);
      tokens.add(key.at("/token").asString());
      String signed = ServerFixture.token(app);
      tokens.add(signed);
      server.client(signed).post("/api/v1/auth/logout", null).expect(204);
      server.client(signed).get("/api/v1/app/" + app).expect(401);
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          String content = Files.readString(file, StandardCharsets.ISO_8859_1);
          assertThat(tokens).as(file.toString()).noneMatch(content::contains);
        }
      }
    } finally {
      System.setErr(before);
    }
    assertThat(tokens).hasSize(4).doesNotHaveDuplicates();
    assertThat(tokens).noneMatch(log.toString(StandardCharsets.UTF_8)::contains);
  }
}
