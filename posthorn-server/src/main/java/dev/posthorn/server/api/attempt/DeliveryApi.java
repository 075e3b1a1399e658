package dev.posthorn.server.api.attempt;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.internal.engine.task.Deliveries;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.reads.DeliveryStatus;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** Deliveries: the status of each message for each endpoint. */
public final class DeliveryApi {
  private static final String OF_MESSAGE = "/api/v1/app/{app_id}/msg/{msg_id}/endpoint";
  private static final String ONE = OF_MESSAGE + "/{endpoint_id}";

  private final ApiSupport api;
  private final AttemptedMessages messages;
  private final AttemptedDestinations destinations;

  public DeliveryApi(ApiSupport api) {
    this.api = api;
    this.messages = new AttemptedMessages(api);
    this.destinations = new AttemptedDestinations(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Message Attempt");
    OperationBuilder message = new OperationBuilder("Message");
    return List.of(
        operations
            .get(
                "/api/v1/app/{app_id}/endpoint/{endpoint_id}/msg",
                "v1.message-attempt.list-attempted-messages",
                "Lists the messages sent to an endpoint, newest first.")
            .query(
                OperationBuilder.LIMIT,
                OperationBuilder.ITERATOR,
                OperationBuilder.CHANNEL,
                OperationBuilder.TAG,
                AttemptSearch.STATUS,
                OperationBuilder.BEFORE,
                OperationBuilder.AFTER,
                OperationBuilder.EVENT_TYPES,
                OperationBuilder.WITH_CONTENT,
                AttemptSearch.EXPANDED)
            .returns(200, "ListResponse_EndpointMessageOut_")
            .to(APPLICATION, messages::list),
        operations
            .get(
                OF_MESSAGE,
                "v1.message-attempt.list-attempted-destinations",
                "Lists the endpoints that a message was sent to, including deleted ones, oldest"
                    + " first.")
            .query(OperationBuilder.LIMIT, OperationBuilder.ITERATOR, AttemptSearch.EXPANDED)
            .returns(200, "ListResponse_MessageEndpointOut_")
            .to(APPLICATION, destinations::list),
        operations
            .post(
                ONE + "/resend",
                "v1.message-attempt.resend",
                "Delivers a message again immediately.")
            .query(OperationBuilder.IDEMPOTENCY)
            .returns(202, "EmptyResponse")
            .to(APPLICATION, this::resend),
        operations
            .post(ONE + "/cancel", "v1.message-attempt.cancel", "Cancels a waiting delivery.")
            .returns(202, "EmptyResponse")
            .to(APPLICATION, this::cancel),
        message
            .get(
                "/api/v1/app/{app_id}/msg/{msg_id}/why",
                "v1.message.why",
                "Explains for each endpoint why it receives the message or not, oldest first.")
            .query(OperationBuilder.LIMIT, OperationBuilder.ITERATOR, OperationBuilder.ORDER)
            .returns(200, "ListResponse_MessageWhyOut_")
            .to(APPLICATION, this::why));
  }

  // ---- one delivery --------------------------------------------------------------------------

  private Answer resend(Call call) {
    ApplicationRow application = api.application(call);
    MessageRow message = api.message(call, application);
    EndpointRow endpoint = api.endpoint(call, application);
    return api.change(
        call,
        api.engine().deliveries(),
        Deliveries::once,
        deliveries -> deliveries.replay(message.id(), endpoint.id()),
        DeliveryApi::accepted);
  }

  private Answer cancel(Call call) {
    ApplicationRow application = api.application(call);
    MessageRow message = api.message(call, application);
    EndpointRow endpoint = api.endpoint(call, application);
    Deliveries deliveries = api.engine().deliveries();
    if (!api.done(deliveries.cancel(application.id(), message.id(), endpoint.id()))) {
      throw ApiError.conflict("delivery: no delivery of this message is waiting for this endpoint");
    }
    return accepted();
  }

  private static Answer accepted() {
    return Answer.jsonBytes(202, new byte[] {'{', '}'});
  }

  // ---- why -----------------------------------------------------------------------------------

  private Answer why(Call call) {
    ApplicationRow application = api.application(call);
    MessageRow message = api.message(call, application);
    Paging paging = Paging.of(call.query(), api, IdPrefix.ENDPOINT, false);
    return paging.answer(
        api.endpoints(application.id(), paging.listing()),
        EndpointRow::id,
        id -> api.id(IdPrefix.ENDPOINT, id),
        (json, endpoint) -> why(json, endpoint, message));
  }

  private void why(JsonGenerator json, EndpointRow endpoint, MessageRow message) {
    String reason = api.engine().registry().why(endpoint, message.type(), message.channels());
    json.writeStringProperty("endpointId", api.id(IdPrefix.ENDPOINT, endpoint.id()));
    Json.text(json, "endpointUid", endpoint.uid());
    json.writeStringProperty("url", endpoint.url());
    json.writeStringProperty("reason", reason.toLowerCase(Locale.ROOT));
    DeliveryStatus status = api.engine().deliveries().status(message, endpoint.id());
    Json.text(
        json, "delivery", status == null ? null : status.state().name().toLowerCase(Locale.ROOT));
  }
}
