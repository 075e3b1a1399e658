package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Operation.Param;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Every operation rejects query parameters without a value and invalid iterators: a script with an
 * empty variable would otherwise get the wrong list.
 */
class EmptyParameterTest {
  private static final Map<String, String> NEEDED =
      Map.of("since", "2026-01-01T00:00:00Z", "until", "2026-01-02T00:00:00Z");

  @AutoClose private final ServerFixture server = ServerFixture.start();
  private final ApiClient api = server.environment("org_empty");
  private final Tenant owner = Tenant.create(server, api, "org_empty", "empty");

  private Reply send(Operation operation, Param param, String value) {
    StringBuilder path = new StringBuilder(owner.path(operation, Map.of()));
    path.append('?').append(param.name()).append('=').append(value);
    for (Param other : operation.docs().query()) {
      if (!other.equals(param) && NEEDED.containsKey(other.name())) {
        path.append('&').append(other.name()).append('=').append(NEEDED.get(other.name()));
      }
    }
    boolean reads = operation.method().equals("GET") || operation.method().equals("DELETE");
    return api.send(operation.method(), path.toString(), reads ? null : Tenant.BODY);
  }

  private void refused(Operation operation, Param param, String value) {
    Reply reply = send(operation, param, value);
    String what = operation.id() + " " + param.name() + ": " + reply.text();
    assertThat(reply.status()).as(what).isEqualTo(422);
    assertThat(reply.at("/detail/0/loc").toString())
        .as(what)
        .isEqualTo("[\"query\",\"" + param.name() + "\"]");
  }

  @Test
  void whatHasNoValueIsRefused() {
    List<String> tried = new ArrayList<>();
    for (Operation operation : Tenant.operations(server)) {
      for (Param param : operation.docs().query()) {
        if (param.in().equals("query")) {
          refused(operation, param, "");
          tried.add(operation.id() + " " + param.name());
        }
      }
    }
    assertThat(tried)
        .contains("v1.message.list event_types", "v1.event-type.list iterator")
        .hasSizeGreaterThan(60);
  }

  @Test
  void anIteratorThatNoListGaveIsRefused() {
    for (Operation operation : Tenant.operations(server)) {
      for (Param param : operation.docs().query()) {
        if (param.name().equals("iterator")) {
          refused(operation, param, "-a%20b");
          refused(operation, param, "~");
        }
      }
    }
  }
}
