package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Operation.Access;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Calls every operation with the ids of another tenant: none shows or changes anything. New
 * operations are covered automatically.
 */
class TenancyTest {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private static Tenant owner(ApiClient client, String environment, String uid) {
    return Tenant.create(SERVER, client, environment, uid);
  }

  private static void askFor(Operation operation, String path, ApiClient client, Tenant victim) {
    boolean reads = operation.method().equals("GET");
    Reply reply = client.send(operation.method(), path, reads ? null : Tenant.BODY);
    String what = operation.id() + " " + path;
    // Event types are identified by names, which each tenant chooses.
    boolean named =
        Tenant.variables(operation).stream().allMatch(name -> name.equals("event_type_name"));
    if (!named) {
      assertThat(reply.status()).as("%s: %s", what, reply.text()).isIn(401, 403, 404);
    }
    assertThat(reply.status()).as(what).isLessThan(500);
    for (String name : List.of("app_id", "endpoint_id", "key_id", "msg_id", "attempt_id")) {
      String id = String.valueOf(victim.ids().get(name));
      if (!path.contains(id)) {
        assertThat(reply.text()).as(what).doesNotContain(id);
      }
    }
  }

  @Test
  void aTokenOfAnEnvironmentReachesNothingOfAnother() {
    Tenant victim = owner(SERVER.environment("org_victim"), "org_victim", "victim");
    Tenant other = owner(SERVER.environment("org_stranger"), "org_stranger", "stranger");
    String hook = "/api/v1/operational-webhook/endpoint";
    String url = "{\"url\":\"http://127.0.0.1:9/\"}";
    String operational = victim.client().post(hook, url).expect(201).id();
    List<String> before = victim.state();
    Map<String, String> application = Map.of("app_id", other.ids().getOrDefault("app_id", ""));
    Map<String, String> environment = Map.of("env_id", "org_stranger");
    ApiClient stranger = SERVER.environment("org_stranger2");
    for (Operation operation : Tenant.operations(SERVER)) {
      askFor(operation, victim.path(operation, Map.of()), stranger, victim);
      List<String> variables = Tenant.variables(operation);
      if (variables.size() > 1) { // through an object of the tenant's own
        askFor(operation, victim.path(operation, application), other.client(), victim);
        if (!variables.contains("app_id")) {
          askFor(operation, victim.path(operation, environment), other.client(), victim);
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
    Tenant victim = owner(api, "org_shared", "victim");
    Tenant other = owner(api, "org_shared", "other");
    String own = other.ids().getOrDefault("app_id", "");
    List<String> before = victim.state();
    String portal =
        api.post("/api/v1/auth/app-portal-access/" + own, "{}").expect(200).at("/token").asString();
    for (ApiClient client : List.of(SERVER.application(own), SERVER.client(portal))) {
      for (Operation operation : Tenant.operations(SERVER)) {
        List<String> variables = Tenant.variables(operation);
        if (operation.access() == Access.ENVIRONMENT) {
          client
              .send(operation.method(), victim.path(operation, Map.of()), Tenant.BODY)
              .expect(403);
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
