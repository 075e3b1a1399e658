package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.http.Operation;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Calls every operation without a body: those documented to require one refuse, the others accept.
 */
class RequiredBodiesTest {
  private static final String HOOK = "/api/v1/operational-webhook/endpoint";

  @AutoClose private final ServerFixture server = ServerFixture.start();
  private final ApiClient api = server.environment("org_bodies");

  @Test
  void areSaidToBeSo() {
    Tenant tenant = Tenant.create(server, api, "org_bodies", "acme");
    String url = "{\"url\":\"" + server.receiver().url("/ops") + "\"}";
    Map<String, String> operational = Map.of("endpoint_id", api.post(HOOK, url).expect(201).id());
    int asked = 0;
    for (Operation operation : Tenant.operations(server)) {
      JsonNode body = body(operation);
      if (body.isMissingNode()) {
        continue;
      }
      boolean hook = operation.path().startsWith(HOOK);
      Reply reply =
          api.send(operation.method(), tenant.path(operation, hook ? operational : Map.of()), null);
      assertThat(reply.status() == 422)
          .as("%s is refused: %d %s", operation.id(), reply.status(), reply.text())
          .isEqualTo(body.at("/required").asBoolean());
      asked++;
    }
    assertThat(asked).isGreaterThan(30);
  }

  private JsonNode body(Operation operation) {
    return server
        .contract()
        .openApi()
        .at("/paths")
        .path(operation.path())
        .path(operation.method().toLowerCase(Locale.ROOT))
        .path("requestBody");
  }
}
