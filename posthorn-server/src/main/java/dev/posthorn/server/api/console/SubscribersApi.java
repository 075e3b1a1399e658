package dev.posthorn.server.api.console;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.engine.registry.RegistryView;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.ArrayList;
import java.util.List;

/** The endpoints of an environment that receive an event type. */
public final class SubscribersApi {
  private static final int MOST = 100;

  private final ApiSupport api;

  public SubscribersApi(ApiSupport api) {
    this.api = api;
  }

  public List<Operation> operations() {
    return List.of(
        new OperationBuilder("Console")
            .get(
                "/api/v1/console/subscribers",
                "v1.console.subscribers",
                "Lists the endpoints that receive messages of an event type without channels.")
            .query(
                new Operation.Param(
                    "event_type", "query", "{\"type\":\"string\"}", "The name of the event type"))
            .returns(200, "ConsoleSubscribersOut")
            .to(ENVIRONMENT, this::list));
  }

  /** An endpoint, and its application. */
  private record Subscriber(ApplicationRow application, EndpointRow endpoint) {}

  private Answer list(Call call) {
    String type = call.query().text("event_type");
    if (type == null || !NameRules.NAME.allows(type)) {
      throw Query.invalid("event_type", "must be the name of an event type");
    }
    List<Subscriber> found = find(call.caller().environment(), type);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("data");
          for (Subscriber one : found.subList(0, Math.min(MOST, found.size()))) {
            json.writeStartObject();
            json.writeStringProperty("appId", api.id(IdPrefix.APPLICATION, one.application().id()));
            json.writeStringProperty("appName", one.application().name());
            json.writeStringProperty("endpointId", api.id(IdPrefix.ENDPOINT, one.endpoint().id()));
            json.writeStringProperty("url", one.endpoint().url());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeBooleanProperty("more", found.size() > MOST);
          json.writeEndObject();
        });
  }

  /** Returns the first subscribers, one more than are shown. */
  private List<Subscriber> find(long environment, String type) {
    RegistryView registry = api.engine().registry();
    List<Subscriber> found = new ArrayList<>();
    for (ApplicationRow application : registry.applications(environment)) {
      for (EndpointRow endpoint : api.endpoints(application).toList()) {
        if (registry.why(endpoint, type, List.of()).equals("MATCHED")) {
          found.add(new Subscriber(application, endpoint));
          if (found.size() > MOST) {
            return found;
          }
        }
      }
    }
    return found;
  }
}
