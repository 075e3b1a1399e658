package dev.posthorn.server.api.endpoint;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.internal.engine.registry.EndpointAdmin;
import dev.posthorn.internal.engine.registry.Put;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import java.util.List;

/** Endpoints: the destinations of an application's messages. */
public final class EndpointApi {
  private static final String ALL = "/api/v1/app/{app_id}/endpoint";
  private static final String ONE = ALL + "/{endpoint_id}";

  private final ApiSupport api;
  private final EndpointView view;
  private final EndpointEdits edits;

  public EndpointApi(ApiSupport api) {
    this.api = api;
    this.view = new EndpointView(api);
    this.edits = new EndpointEdits(api, api::offers);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Endpoint");
    return List.of(
        operations
            .get(ALL, "v1.endpoint.list", "Lists the endpoints, newest first.")
            .query(OperationBuilder.LIMIT, OperationBuilder.ITERATOR, OperationBuilder.ORDER)
            .returns(200, "ListResponse_EndpointOut_")
            .to(APPLICATION, this::list),
        operations
            .post(ALL, "v1.endpoint.create", "Creates an endpoint.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("EndpointIn")
            .returns(201, "EndpointOut")
            .to(APPLICATION, this::create),
        operations
            .get(ONE, "v1.endpoint.get", "Returns an endpoint.")
            .returns(200, "EndpointOut")
            .to(APPLICATION, call -> view.answer(200, row(call))),
        operations
            .put(ONE, "v1.endpoint.update", "Replaces or creates an endpoint.")
            .accepts("EndpointUpdate")
            .returns(200, "EndpointOut")
            .returns(201, "EndpointOut")
            .to(APPLICATION, this::replace),
        operations
            .patch(ONE, "v1.endpoint.patch", "Updates some fields of an endpoint.")
            .accepts("EndpointPatch")
            .returns(200, "EndpointOut")
            .to(APPLICATION, this::patch),
        operations
            .delete(
                ONE,
                "v1.endpoint.delete",
                "Removes an endpoint and cancels its waiting deliveries.")
            .returns(204, null)
            .to(APPLICATION, this::delete),
        operations
            .post(ONE + "/pause", "v1.endpoint.pause", "Pauses deliveries to an endpoint.")
            .returns(200, "EndpointOut")
            .to(
                APPLICATION,
                call -> state(call, EndpointState.ENABLED, EndpointState.PAUSED, "paused")),
        operations
            .post(ONE + "/resume", "v1.endpoint.resume", "Resumes deliveries to an endpoint.")
            .returns(200, "EndpointOut")
            .to(
                APPLICATION,
                call -> state(call, EndpointState.PAUSED, EndpointState.ENABLED, "resumed")));
  }

  private EndpointRow row(Call call) {
    return api.endpoint(call, api.application(call));
  }

  private Answer list(Call call) {
    Paging paging = Paging.of(call.query(), api, IdPrefix.ENDPOINT, true);
    return paging.answer(
        api.engine().registry().endpoints(api.application(call).id(), paging.listing()),
        EndpointRow::id,
        id -> api.id(IdPrefix.ENDPOINT, id),
        view::write);
  }

  private Answer create(Call call) {
    ApplicationRow application = api.application(call);
    EndpointInput input = edits.read(call);
    return api.change(
        call,
        api.engine().endpointAdmin(),
        EndpointAdmin::once,
        EndpointRow.class,
        admin -> admin.create(application.id(), input.draft()),
        row -> view.answer(201, row));
  }

  private Answer replace(Call call) {
    ApplicationRow application = api.application(call);
    String name = call.path("endpoint_id");
    if (!api.isUid(IdPrefix.ENDPOINT, name)) {
      return view.answer(200, edits.replace(call, row(call)));
    }
    Put<EndpointRow> put = edits.put(call, application::id, name);
    return view.answer(put.created() ? 201 : 200, put.row());
  }

  private Answer patch(Call call) {
    return view.answer(200, edits.change(call, row(call)));
  }

  private Answer state(Call call, EndpointState from, EndpointState to, String done) {
    EndpointRow row = row(call);
    if (row.state().isDisabled()) {
      throw ApiError.conflict(
          "endpoint: is disabled and cannot be " + done + "; enable it with disabled: false");
    }
    return view.answer(
        200,
        edits.edit(call, row, before -> before.state() == from ? before.with(to, now()) : before));
  }

  private Answer delete(Call call) {
    var unused = api.done(api.engine().endpointAdmin().delete(row(call).id()));
    return Answer.empty(204);
  }

  private long now() {
    return api.engine().millis();
  }
}
