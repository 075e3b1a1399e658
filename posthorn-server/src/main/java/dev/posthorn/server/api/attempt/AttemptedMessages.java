package dev.posthorn.server.api.attempt;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.api.common.Statuses;
import dev.posthorn.server.api.message.MessageApi;
import dev.posthorn.server.api.message.MessageView;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.reads.DeliveryStatus;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/**
 * Lists the messages that were routed to an endpoint, with the status of each delivery. Messages
 * that were only replayed to it appear just in its attempts.
 */
final class AttemptedMessages {
  /** Maximum number of messages examined for a page that is filtered by status. */
  private static final int MOST_LOOKED_AT = 1_000;

  private final ApiSupport api;
  private final MessageView view;

  AttemptedMessages(ApiSupport api) {
    this.api = api;
    this.view = new MessageView(api);
  }

  /** The result of a search: messages, their statuses by id, and the id from which to continue. */
  private record Found(List<MessageRow> rows, Map<Long, DeliveryStatus> statuses, long next) {}

  Answer list(Call call) {
    ApplicationRow application = api.application(call);
    EndpointRow endpoint = api.endpoint(call, application);
    Query query = call.query();
    boolean withContent = query.flag("with_content", true);
    boolean expanded = Statuses.isExpanded(query);
    Integer status = Statuses.asked(query);
    Paging paging = Paging.of(query, api, IdPrefix.MESSAGE, true);
    PageRequest listing = paging.listing(MessageApi.after(query), MessageApi.before(query));
    MessageFilter filter =
        new MessageFilter(
            query.set("event_types"),
            query.text("channel"),
            query.text("tag"),
            null,
            endpoint.id());
    Found found =
        find(
            filter,
            new MessageQuery(application.id(), listing.withLimit(paging.limit()), filter),
            one -> status == null || Statuses.shown(one, expanded) == status);
    Page<MessageRow> page = new Page<>(found.rows(), found.next());
    Page<MessageRow> shown = withContent ? api.withBodies(page) : page;
    return paging.answer(
        shown.rows(),
        shown.next(),
        MessageRow::id,
        id -> api.id(IdPrefix.MESSAGE, id),
        (json, row) -> write(json, row, found.statuses(), withContent, expanded));
  }

  private Found find(MessageFilter filter, MessageQuery first, Predicate<DeliveryStatus> wanted) {
    PartitionReads store = api.engine().store(first.application());
    List<MessageRow> rows = new ArrayList<>();
    Map<Long, DeliveryStatus> statuses = new HashMap<>();
    MessageQuery query = first;
    int looked = 0;
    while (true) {
      Page<MessageRow> page = store.messages(query);
      List<MessageRow> read = page.rows();
      for (int i = 0; i < read.size(); i++) {
        MessageRow row = read.get(i);
        DeliveryStatus status = status(row, filter.target());
        looked++;
        if (wanted.test(status)) {
          rows.add(row);
          statuses.put(row.id(), status);
        }
        if (rows.size() == first.page().limit()) {
          boolean last = page.done() && i == read.size() - 1;
          return new Found(rows, statuses, last ? 0 : row.id());
        }
      }
      if (page.done() || looked >= MOST_LOOKED_AT) {
        return new Found(rows, statuses, page.next());
      }
      query = after(query, page.next());
    }
  }

  private DeliveryStatus status(MessageRow row, long endpoint) {
    return Objects.requireNonNull(
        api.engine().deliveries().status(row, endpoint)); // the message was routed to it
  }

  private static MessageQuery after(MessageQuery query, long next) {
    return new MessageQuery(query.application(), query.page().next(next), query.filter());
  }

  private void write(
      JsonGenerator json,
      MessageRow row,
      Map<Long, DeliveryStatus> statuses,
      boolean withContent,
      boolean expanded) {
    view.write(json, row, withContent);
    DeliveryStatus status = Objects.requireNonNull(statuses.get(row.id()));
    Statuses.write(json, status, expanded);
    Json.timeOrNull(json, "nextAttempt", status.next());
  }
}
