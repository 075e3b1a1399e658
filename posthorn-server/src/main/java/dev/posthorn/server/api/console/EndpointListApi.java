package dev.posthorn.server.api.console;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.api.endpoint.EndpointView;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/** The endpoints of all applications of an environment. */
public final class EndpointListApi {
  private final ApiSupport api;

  public EndpointListApi(ApiSupport api) {
    this.api = api;
  }

  public List<Operation> operations() {
    return List.of(
        new OperationBuilder("Console")
            .get(
                "/api/v1/console/endpoints",
                "v1.console.endpoints",
                "Lists the endpoints of all applications, newest first.")
            .query(OperationBuilder.LIMIT, OperationBuilder.ITERATOR, OperationBuilder.ORDER)
            .query(EndpointMatch.PARAMS)
            .returns(200, "ListResponse_ConsoleEndpointOut_")
            .to(ENVIRONMENT, this::list));
  }

  private Answer list(Call call) {
    Paging paging = Paging.of(call.query(), api, IdPrefix.ENDPOINT, true);
    PageRequest page = paging.listing();
    Comparator<EndpointRow> order = Comparator.comparingLong(EndpointRow::id);
    List<EndpointRow> rows =
        first(
            EndpointMatch.of(call, api)
                .endpoints(api, call.caller().environment())
                .filter(row -> row.id() > page.after() && row.id() < page.before()),
            page.newestFirst() ? order.reversed() : order,
            page.limit());
    return paging.answer(rows, EndpointRow::id, id -> api.id(IdPrefix.ENDPOINT, id), this::write);
  }

  /** Returns the first rows in an order; keeps no more in memory, however many there are. */
  private static List<EndpointRow> first(
      Stream<EndpointRow> all, Comparator<EndpointRow> order, int most) {
    PriorityQueue<EndpointRow> kept = new PriorityQueue<>(order.reversed());
    all.forEach(
        row -> {
          kept.add(row);
          if (kept.size() > most) {
            kept.poll();
          }
        });
    return kept.stream().sorted(order).toList();
  }

  private void write(JsonGenerator json, EndpointRow row) {
    ApplicationRow application = api.engine().registry().application(row.application());
    json.writeStringProperty("id", api.id(IdPrefix.ENDPOINT, row.id()));
    json.writeStringProperty("appId", api.id(IdPrefix.APPLICATION, row.application()));
    json.writeStringProperty("appName", application == null ? "" : application.name());
    json.writeStringProperty("url", row.url());
    json.writeStringProperty("description", row.spec().description());
    json.writeStringProperty("state", EndpointView.state(row));
  }
}
