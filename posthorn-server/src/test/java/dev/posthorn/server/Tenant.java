package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.api.Api;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Operation.Access;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.testkit.receiver.Await;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tenant with one object of each kind, so that every operation can be called on it. New
 * operations are covered automatically.
 *
 * @param client sends a token of the environment
 * @param ids the values of the variables in paths
 */
record Tenant(ApiClient client, Map<String, String> ids) {
  /** A body that is valid for every operation, because unknown fields are ignored. */
  static final String BODY =
      """
      {"name":"x","url":"http://127.0.0.1:9/","description":"x","eventType":"a.b","payload":{},
       "headers":{},"since":"2026-01-01T00:00:00Z","until":"2026-01-02T00:00:00Z",
       "retrySchedule":[1],"expiry":3600,"endpointIds":[],"content":"","contentType":"text/plain",
       "specRaw":"webhooks: {}","after":"2026-01-01T00:00:00Z","action":"recover","draining":true}
      """;

  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

  /** Returns the path of an operation with the ids of this tenant or other ids. */
  String path(Operation operation, Map<String, String> others) {
    Matcher variable = VARIABLE.matcher(operation.path());
    return variable.replaceAll(
        found -> {
          String name = found.group(1);
          String id = others.getOrDefault(name, ids.get(name));
          return id == null ? ids.get("app_id") : id;
        });
  }

  /** Returns everything that must not change. */
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

  /** Creates one object of each kind. */
  static Tenant create(ServerFixture server, ApiClient client, String environment, String uid) {
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
                "{\"url\":\"" + server.receiver().url("/" + uid) + "\",\"headers\":{\"a\":\"b\"}}")
            .expect(201)
            .id());
    ids.put("sink_id", String.valueOf(ids.get("endpoint_id")));
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
    Engine engine = server.server().engine();
    long application = engine.publicIds().parse(IdPrefix.APPLICATION, app).orElseThrow();
    SendResult result =
        engine
            .messages()
            .accept(
                new SendRequest(
                    application,
                    "secret.type",
                    List.of(),
                    "application/json",
                    new byte[] {'{', '}'},
                    SendRequest.Options.NONE),
                10_000);
    PartitionReads store = engine.store(application);
    Await.until("an attempt", () -> !store.attempts(result.message()).isEmpty());
    AttemptRow attempt = store.attempts(result.message()).get(0);
    ids.put("msg_id", engine.publicIds().format(IdPrefix.MESSAGE, result.message()));
    ids.put("attempt_id", engine.publicIds().format(IdPrefix.ATTEMPT, attempt.id()));
    return new Tenant(client, ids);
  }

  /** Returns all operations that need a token, except logout, which would revoke it. */
  static List<Operation> operations(ServerFixture server) {
    return new Api(new ApiSupport(server.server().engine(), 10_000))
        .operations().stream()
            .filter(operation -> operation.access() != Access.PUBLIC)
            .filter(operation -> !operation.path().equals("/api/v1/auth/logout"))
            .toList();
  }

  /** Returns the variables of a path. */
  static List<String> variables(Operation operation) {
    return VARIABLE.matcher(operation.path()).results().map(found -> found.group(1)).toList();
  }
}
