package dev.posthorn.server.api.console;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.nodes.Nodes;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.store.postgresql.PostgresqlNode;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** The processes that share the store: who owns what, and the drain of one of them. */
public final class NodesApi {
  private final ApiSupport api;
  private final Nodes nodes;

  public NodesApi(ApiSupport api, Nodes nodes) {
    this.api = api;
    this.nodes = nodes;
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Console");
    return List.of(
        operations
            .get(
                "/api/v1/console/nodes",
                "v1.console.nodes",
                "Lists the server processes that share the store, with what each of them owns.")
            .returns(200, "ConsoleNodesOut")
            .to(ENVIRONMENT, call -> list()),
        operations
            .put(
                "/api/v1/console/nodes/{node_id}/drain",
                "v1.console.drain-node",
                "Has a process give its partitions to the others and take none, or lets it take"
                    + " some again.")
            .accepts("ConsoleDrainIn")
            .returns(200, "ConsoleNodesOut")
            .to(ENVIRONMENT, this::drain));
  }

  private PostgresqlNodes read() {
    try {
      return nodes.read();
    } catch (StoreException e) {
      throw unreachable(e);
    }
  }

  private static ApiError unreachable(StoreException e) {
    return ApiError.later(
        503, "store_failed", "the database does not answer: " + e.getMessage(), 5);
  }

  private Answer drain(Call call) {
    Fields fields = call.fields();
    Boolean draining = fields.flagOrNull("draining");
    if (draining == null) {
      throw fields.invalid("draining", "is required: true or false");
    }
    requireOnlyEnvironment();
    PostgresqlNode node = node(call.path("node_id"));
    if (draining && !read().hasOther(node.id())) {
      throw ApiError.conflict(
          node.name()
              + " is the only process that takes partitions: nothing would be delivered; start"
              + " another one first");
    }
    try {
      if (!nodes.drain(node.id(), draining)) {
        throw ended();
      }
    } catch (StoreException e) {
      throw unreachable(e);
    }
    return list();
  }

  /** A process serves all environments, and nobody is in charge of more than one of them here. */
  private void requireOnlyEnvironment() {
    if (api.engine().environmentAdmin().all().size() > 1) {
      throw ApiError.forbidden(
          "the server has several environments, and this token is that of one of them; run posthorn"
              + " nodes drain where the database can be reached");
    }
  }

  private PostgresqlNode node(String id) {
    return read().nodes().stream()
        .filter(one -> String.valueOf(one.id()).equals(id))
        .findFirst()
        .orElseThrow(NodesApi::ended);
  }

  private static ApiError ended() {
    return ApiError.notFound("no such process; it has ended, or joined again with another id");
  }

  private Answer list() {
    PostgresqlNodes all = read();
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          Json.time(json, "at", all.time().toEpochMilli());
          json.writeBooleanProperty("shared", nodes.areShared());
          json.writeArrayPropertyStart("data");
          all.nodes().forEach(one -> write(json, one));
          json.writeEndArray();
          json.writeNumberProperty("partitions", partitions(all));
          json.writeNumberProperty("unowned", all.unowned().size());
          json.writeEndObject();
        });
  }

  private static int partitions(PostgresqlNodes all) {
    return all.unowned().size()
        + all.nodes().stream().mapToInt(one -> one.partitions().size()).sum();
  }

  private void write(JsonGenerator json, PostgresqlNode node) {
    json.writeStartObject();
    json.writeStringProperty("id", String.valueOf(node.id()));
    json.writeStringProperty("name", node.name());
    json.writeStringProperty("state", node.state().name().toLowerCase(Locale.ROOT));
    json.writeNumberProperty("partitions", node.partitions().size());
    Json.time(json, "since", node.since().toEpochMilli());
    if (nodes.areShared()) {
      json.writeNumberProperty("leaseSeconds", node.leaseLeft().toMillis() / 1_000.0);
    } else {
      json.writeNullProperty("leaseSeconds");
    }
    json.writeNumberProperty("waiting", node.waiting());
    json.writeNumberProperty("lagSeconds", node.lag().toMillis() / 1_000.0);
    json.writeStringProperty("version", node.version());
    json.writeEndObject();
  }
}
