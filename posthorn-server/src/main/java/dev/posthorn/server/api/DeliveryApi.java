package dev.posthorn.server.api;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.engine.Deliveries;
import dev.posthorn.engine.Listing;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import dev.posthorn.store.ApplicationRow;
import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.DeliveryStatus;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.MessageRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** Deliveries: where each message stands with each endpoint. */
final class DeliveryApi {
  private static final String OF_MESSAGE = "/api/v1/app/{app_id}/msg/{msg_id}/endpoint";
  private static final String ONE = OF_MESSAGE + "/{endpoint_id}";

  private final Desk desk;
  private final EndpointView endpoints;
  private final AttemptedMessages attempted;

  DeliveryApi(Desk desk) {
    this.desk = desk;
    this.endpoints = new EndpointView(desk);
    this.attempted = new AttemptedMessages(desk);
  }

  List<Operation> operations() {
    Docket at = new Docket("Message Attempt");
    Docket message = new Docket("Message");
    return List.of(
        at.get(
                "/api/v1/app/{app_id}/endpoint/{endpoint_id}/msg",
                "v1.message-attempt.list-attempted-messages",
                "Lists the messages that were for an endpoint, newest first.")
            .query(
                Docket.LIMIT,
                Docket.ITERATOR,
                Docket.CHANNEL,
                Docket.TAG,
                AttemptSearch.STATUS,
                Docket.BEFORE,
                Docket.AFTER,
                Docket.EVENT_TYPES,
                Docket.WITH_CONTENT,
                AttemptSearch.EXPANDED)
            .gives(200, "ListResponse_EndpointMessageOut_")
            .to(APPLICATION, attempted::list),
        at.get(
                OF_MESSAGE,
                "v1.message-attempt.list-attempted-destinations",
                "Lists the endpoints that a message was for, newest first.")
            .query(Docket.LIMIT, Docket.ITERATOR, AttemptSearch.EXPANDED)
            .gives(200, "ListResponse_MessageEndpointOut_")
            .to(APPLICATION, this::destinations),
        at.post(ONE + "/resend", "v1.message-attempt.resend", "Delivers a message again, at once.")
            .query(Docket.IDEMPOTENCY)
            .gives(202, "EmptyResponse")
            .to(APPLICATION, this::resend),
        at.post(ONE + "/cancel", "v1.message-attempt.cancel", "Cancels a delivery that waits.")
            .gives(202, "EmptyResponse")
            .to(APPLICATION, this::cancel),
        message
            .get(
                "/api/v1/app/{app_id}/msg/{msg_id}/why",
                "v1.message.why",
                "Says for each endpoint why the message is, or is not, for it.")
            .gives(200, "MessageWhyOut")
            .to(APPLICATION, this::why));
  }

  // ---- destinations --------------------------------------------------------------------------

  /** An endpoint with where a message stands with it. */
  private record Destination(EndpointRow endpoint, DeliveryStatus status) {}

  private Answer destinations(Call call) {
    MessageRow message = desk.message(call, desk.application(call));
    Query query = call.query();
    boolean expanded = Statuses.isExpanded(query);
    Paging paging = Paging.of(query, desk, Desk.ENDPOINT, true);
    return paging.answer(
        destinations(message, paging.listing()),
        destination -> destination.endpoint().id(),
        id -> desk.id(Desk.ENDPOINT, id),
        (json, destination) -> write(json, destination, expanded));
  }

  private List<Destination> destinations(MessageRow message, Listing listing) {
    List<Destination> found = new ArrayList<>();
    for (DeliveryStatus status : desk.engine().statuses(message)) {
      EndpointRow endpoint = desk.engine().endpoint(status.endpoint());
      if (endpoint != null && endpoint.id() > listing.after() && endpoint.id() < listing.before()) {
        found.add(new Destination(endpoint, status));
      }
    }
    found.sort(Comparator.comparingLong(destination -> destination.endpoint().id()));
    if (listing.newestFirst()) {
      Collections.reverse(found);
    }
    return found.subList(0, Math.min(found.size(), listing.limit()));
  }

  private void write(JsonGenerator json, Destination destination, boolean expanded) {
    endpoints.common(json, destination.endpoint());
    Statuses.write(json, destination.status().state(), expanded);
    Json.timeOrNull(json, "nextAttempt", destination.status().next());
  }

  // ---- one delivery --------------------------------------------------------------------------

  private Answer resend(Call call) {
    ApplicationRow application = desk.application(call);
    MessageRow message = desk.message(call, application);
    EndpointRow endpoint = desk.endpoint(call, application);
    return desk.change(
        call,
        desk.engine().deliveries(),
        Deliveries::once,
        deliveries -> deliveries.replay(message.id(), endpoint.id()),
        DeliveryApi::accepted);
  }

  private Answer cancel(Call call) {
    ApplicationRow application = desk.application(call);
    MessageRow message = desk.message(call, application);
    EndpointRow endpoint = desk.endpoint(call, application);
    if (!desk.done(desk.engine().deliveries().cancel(message.id(), endpoint.id()))) {
      throw ApiError.conflict("delivery: none of this message waits for this endpoint");
    }
    return accepted();
  }

  private static Answer accepted() {
    return Answer.jsonBytes(202, new byte[] {'{', '}'});
  }

  // ---- why -----------------------------------------------------------------------------------

  private Answer why(Call call) {
    ApplicationRow application = desk.application(call);
    MessageRow message = desk.message(call, application);
    List<DeliveryStatus> statuses = desk.engine().statuses(message);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("data");
          for (EndpointRow endpoint : desk.engine().endpoints(application.id())) {
            json.writeStartObject();
            why(json, endpoint, message, statuses);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private void why(
      JsonGenerator json, EndpointRow endpoint, MessageRow message, List<DeliveryStatus> statuses) {
    String reason = desk.engine().why(endpoint, message.type(), message.channels());
    json.writeStringProperty("endpointId", desk.id(Desk.ENDPOINT, endpoint.id()));
    Json.text(json, "endpointUid", endpoint.uid());
    json.writeStringProperty("reason", reason.toLowerCase(Locale.ROOT));
    DeliveryState state =
        statuses.stream()
            .filter(status -> status.endpoint() == endpoint.id())
            .map(DeliveryStatus::state)
            .findFirst()
            .orElse(null);
    Json.text(json, "delivery", state == null ? null : state.name().toLowerCase(Locale.ROOT));
  }
}
