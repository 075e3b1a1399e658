package dev.posthorn.server.api.endpoint;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.engine.registry.EndpointAdmin;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.operationalwebhook.OperationalEvents;
import dev.posthorn.server.operationalwebhook.OperationalWebhooks;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Endpoints that receive the operational webhooks of an environment. */
public final class OperationalWebhookApi {
  private static final String ALL = "/api/v1/operational-webhook/endpoint";
  private static final String ONE = ALL + "/{endpoint_id}";
  private static final String ID = "v1.operational-webhook.endpoint";

  private final ApiSupport api;
  private final EndpointView view;
  private final EndpointEdits edits;

  public OperationalWebhookApi(ApiSupport api) {
    this.api = api;
    this.view = new EndpointView(api);
    this.edits = new EndpointEdits(api, (call, type) -> OperationalEvents.TYPES.contains(type));
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Operational Webhook");
    List<Operation> all = new ArrayList<>();
    all.add(
        operations
            .get(ALL, ID + ".list", "Lists the endpoints for operational webhooks, newest first.")
            .query(OperationBuilder.LIMIT, OperationBuilder.ITERATOR, OperationBuilder.ORDER)
            .returns(200, "ListResponse_EndpointOut_")
            .to(ENVIRONMENT, this::list));
    all.add(
        operations
            .post(ALL, ID + ".create", "Creates an endpoint for operational webhooks.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("EndpointIn")
            .returns(201, "EndpointOut")
            .to(ENVIRONMENT, this::create));
    all.add(
        operations
            .get(ONE, ID + ".get", "Returns an endpoint for operational webhooks.")
            .returns(200, "EndpointOut")
            .to(ENVIRONMENT, call -> view.answer(200, row(call))));
    all.add(
        operations
            .put(ONE, ID + ".upsert", "Replaces or creates an endpoint for operational webhooks.")
            .accepts("EndpointUpdate")
            .returns(200, "EndpointOut")
            .to(ENVIRONMENT, this::replace));
    all.add(
        operations
            .delete(ONE, ID + ".delete", "Removes an endpoint for operational webhooks.")
            .returns(204, null)
            .to(ENVIRONMENT, this::delete));
    EndpointSecretApi.Place place =
        new EndpointSecretApi.Place(
            "Operational Webhook", ONE, ID, ENVIRONMENT, call -> row(call).id());
    all.addAll(new EndpointSecretApi(api, place).operations());
    return all;
  }

  private @Nullable EndpointRow rowOrNull(Call call, String name) {
    ApplicationRow application =
        OperationalWebhooks.applicationOrNull(api.engine(), call.caller().environment());
    return application == null ? null : api.endpointOrNull(application, name);
  }

  private EndpointRow row(Call call) {
    String name = call.path("endpoint_id");
    EndpointRow row = rowOrNull(call, name);
    if (row == null) {
      throw missing(name);
    }
    return row;
  }

  private static ApiError missing(String name) {
    return ApiError.notFound("operational webhook endpoint: unknown id or uid " + Quoted.of(name));
  }

  private ApplicationRow application(Call call) {
    return api.done(OperationalWebhooks.require(api.engine(), call.caller().environment()));
  }

  private Answer list(Call call) {
    Paging paging = Paging.of(call.query(), api, IdPrefix.ENDPOINT, true);
    ApplicationRow application =
        OperationalWebhooks.applicationOrNull(api.engine(), call.caller().environment());
    List<EndpointRow> rows =
        application == null
            ? List.of()
            : api.engine().registry().endpoints(application.id(), paging.listing());
    return paging.answer(rows, EndpointRow::id, id -> api.id(IdPrefix.ENDPOINT, id), view::write);
  }

  private Answer create(Call call) {
    EndpointInput input = edits.read(call);
    long application = application(call).id();
    return api.change(
        call,
        api.engine().endpointAdmin(),
        EndpointAdmin::once,
        EndpointRow.class,
        admin -> admin.create(application, input.draft()),
        row -> view.answer(201, row));
  }

  private Answer replace(Call call) {
    String name = call.path("endpoint_id");
    return view.answer(
        200,
        api.isUid(IdPrefix.ENDPOINT, name)
            ? edits.put(call, () -> application(call).id(), name).row()
            : edits.replace(call, row(call)));
  }

  private Answer delete(Call call) {
    var unused = api.done(api.engine().endpointAdmin().delete(row(call).id()));
    return Answer.empty(204);
  }
}
