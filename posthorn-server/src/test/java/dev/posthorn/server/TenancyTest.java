package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.engine.Acceptance;
import dev.posthorn.engine.Accepted;
import dev.posthorn.engine.Engine;
import dev.posthorn.server.api.Api;
import dev.posthorn.server.api.Desk;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Operation.Access;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.testkit.Await;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Every operation there is, asked for with the ids of somebody else: none shows or changes
 * anything. A new operation is tried without anybody having to think of it.
 */
class TenancyTest {
  /** A body that every operation finds valid, as unknown fields are ignored. */
  private static final String BODY =
      """
      {"name":"x","url":"http://127.0.0.1:9/","description":"x","eventType":"a.b","payload":{},
       "headers":{},"since":"2026-01-01T00:00:00Z","until":"2026-01-02T00:00:00Z",
       "retrySchedule":[1],"expiry":3600,"endpointIds":[],"content":"","contentType":"text/plain",
       "specRaw":"webhooks: {}"}
      """;

  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  /** Somebody with one of everything. */
  private record Owner(ApiClient client, Map<String, String> ids) {
    String path(Operation operation, Map<String, String> others) {
      Matcher variable = VARIABLE.matcher(operation.path());
      return variable.replaceAll(
          found -> {
            String name = found.group(1);
            String id = others.getOrDefault(name, ids.get(name));
            return id == null ? ids.get("app_id") : id;
          });
    }

    /** Returns all that must not change. */
    List<String> state() {
      String app = "/api/v1/app/" + ids.get("app_id");
      String endpoint = app + "/endpoint/" + ids.get("endpoint_id");
      List<String> state = new ArrayList<>();
      for (String path :
          List.of(
              app,
              endpoint,
              endpoint + "/secret",
              endpoint + "/headers",
              app + "/endpoint",
              "/api/v1/event-type?with_content=true",
              "/api/v1/event-type/secret.type/retry-schedule",
              "/api/v1/operational-webhook/endpoint",
              "/api/v1/management/authentication/" + ids.get("env_id") + "/api-token")) {
        state.add(client.get(path).expect(200).text());
      }
      return state;
    }
  }

  private static Owner owner(ApiClient client, String environment, String uid) {
    Map<String, String> ids = new LinkedHashMap<>();
    ids.put("env_id", environment);
    String app =
        client.post("/api/v1/app", "{\"name\":\"x\",\"uid\":\"" + uid + "\"}").expect(201).id();
    ids.put("app_id", app);
    ids.put(
        "endpoint_id",
        client
            .post(
                "/api/v1/app/" + app + "/endpoint",
                "{\"url\":\"" + SERVER.receiver().url("/" + uid) + "\",\"headers\":{\"a\":\"b\"}}")
            .expect(201)
            .id());
    assertThat(client.put("/api/v1/event-type/secret.type", "{\"description\":\"\"}").status())
        .isIn(200, 201);
    ids.put("event_type_name", "secret.type");
    ids.put(
        "key_id",
        client
            .post(
                "/api/v1/management/authentication/" + environment + "/api-token",
                "{\"name\":\"top-secret\"}")
            .expect(200)
            .id());
    Engine engine = SERVER.server().engine();
    Accepted accepted =
        engine.accept(
            new Acceptance(
                engine.publicIds().parse("app", app).orElseThrow(),
                "secret.type",
                List.of(),
                "application/json",
                new byte[] {'{', '}'},
                Acceptance.Options.NONE),
            10_000);
    Await.until("an attempt", () -> !engine.store().attempts(accepted.message()).isEmpty());
    AttemptRow attempt = engine.store().attempts(accepted.message()).get(0);
    ids.put("msg_id", engine.publicIds().format("msg", accepted.message()));
    ids.put("attempt_id", engine.publicIds().format("atmpt", attempt.id()));
    return new Owner(client, ids);
  }

  private static List<Operation> operations() {
    return new Api(new Desk(SERVER.server().engine(), 10_000))
        .operations().stream()
            .filter(operation -> operation.access() != Access.PUBLIC)
            // It ends the token, and with it this test.
            .filter(operation -> !operation.path().equals("/api/v1/auth/logout"))
            .toList();
  }

  private static List<String> variables(Operation operation) {
    return VARIABLE.matcher(operation.path()).results().map(found -> found.group(1)).toList();
  }

  private static void askFor(Operation operation, String path, ApiClient client, Owner victim) {
    boolean reads = operation.method().equals("GET");
    Reply reply = client.send(operation.method(), path, reads ? null : BODY);
    String what = operation.id() + " " + path;
    // Event types go by names, which are anybody's to choose.
    boolean named = variables(operation).stream().allMatch(name -> name.equals("event_type_name"));
    if (!named) {
      assertThat(reply.status()).as("%s: %s", what, reply.text()).isIn(401, 403, 404);
    }
    assertThat(reply.status()).as(what).isLessThan(500);
    for (String name : List.of("app_id", "endpoint_id", "key_id", "msg_id", "attempt_id")) {
      String id = String.valueOf(victim.ids.get(name));
      if (!path.contains(id)) {
        assertThat(reply.text()).as(what).doesNotContain(id);
      }
    }
  }

  @Test
  void aTokenOfAnEnvironmentReachesNothingOfAnother() {
    Owner victim = owner(SERVER.environment("org_victim"), "org_victim", "victim");
    Owner other = owner(SERVER.environment("org_stranger"), "org_stranger", "stranger");
    String hook = "/api/v1/operational-webhook/endpoint";
    String url = "{\"url\":\"http://127.0.0.1:9/\"}";
    String operational = victim.client.post(hook, url).expect(201).id();
    List<String> before = victim.state();
    Map<String, String> application = Map.of("app_id", other.ids.getOrDefault("app_id", ""));
    Map<String, String> environment = Map.of("env_id", "org_stranger");
    ApiClient stranger = SERVER.environment("org_stranger2");
    for (Operation operation : operations()) {
      askFor(operation, victim.path(operation, Map.of()), stranger, victim);
      List<String> variables = variables(operation);
      if (variables.size() > 1) { // by way of something that is one's own
        askFor(operation, victim.path(operation, application), other.client, victim);
        if (!variables.contains("app_id")) {
          askFor(operation, victim.path(operation, environment), other.client, victim);
        }
      }
      if (operation.path().startsWith(hook + "/")) {
        askFor(
            operation,
            victim.path(operation, Map.of("endpoint_id", operational)),
            stranger,
            victim);
      }
    }
    assertThat(victim.state()).isEqualTo(before);
  }

  @Test
  void aTokenOfAnApplicationReachesNoOther() {
    ApiClient api = SERVER.environment("org_shared");
    Owner victim = owner(api, "org_shared", "victim");
    Owner other = owner(api, "org_shared", "other");
    String own = other.ids.getOrDefault("app_id", "");
    List<String> before = victim.state();
    String portal =
        api.post("/api/v1/auth/app-portal-access/" + own, "{}").expect(200).at("/token").asString();
    for (ApiClient client : List.of(SERVER.application(own), SERVER.client(portal))) {
      for (Operation operation : operations()) {
        List<String> variables = variables(operation);
        if (operation.access() == Access.ENVIRONMENT) {
          client.send(operation.method(), victim.path(operation, Map.of()), BODY).expect(403);
        } else if (variables.contains("app_id")) {
          askFor(operation, victim.path(operation, Map.of()), client, victim);
          if (variables.size() > 1) {
            askFor(operation, victim.path(operation, Map.of("app_id", own)), client, victim);
          }
        }
      }
    }
    assertThat(victim.state()).isEqualTo(before);
  }
}
