package dev.posthorn.server.api.attempt;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.Paging;
import dev.posthorn.server.api.common.Statuses;
import dev.posthorn.server.api.endpoint.EndpointView;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.reads.DeliveryStatus;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import tools.jackson.core.JsonGenerator;

/**
 * Lists the endpoints that a message was routed to, including those deleted since, with the status
 * of each delivery; and existing endpoints that it was replayed to.
 */
final class AttemptedDestinations {
  /** Maximum number of endpoints examined for a page, which may therefore be short. */
  private static final int MOST_LOOKED_AT = 1_000;

  private final ApiSupport api;
  private final EndpointView view;

  AttemptedDestinations(ApiSupport api) {
    this.api = api;
    this.view = new EndpointView(api);
  }

  /** An endpoint with the status of its delivery. */
  private record Destination(EndpointRow endpoint, DeliveryStatus status) {}

  Answer list(Call call) {
    MessageRow message = api.message(call, api.application(call));
    Query query = call.query();
    boolean expanded = Statuses.isExpanded(query);
    Paging paging = Paging.of(query, api, IdPrefix.ENDPOINT, false);
    Page<Destination> page = read(message, paging.listing());
    return paging.answer(
        page.rows(),
        page.next(),
        destination -> destination.endpoint().id(),
        id -> api.id(IdPrefix.ENDPOINT, id),
        (json, destination) -> write(json, destination, expanded));
  }

  /**
   * Checks one endpoint after another, so that a page reads only its own rows and the next one,
   * which shows whether there are more.
   */
  private Page<Destination> read(MessageRow message, PageRequest wanted) {
    int limit = wanted.limit() - 1;
    long[] candidates = candidates(message, wanted);
    List<Destination> found = new ArrayList<>();
    for (int i = 0; i < candidates.length; i++) {
      if (i == MOST_LOOKED_AT) {
        return new Page<>(found, candidates[i - 1]);
      }
      DeliveryStatus status = api.engine().deliveries().status(message, candidates[i]);
      if (status != null && found.size() == limit) {
        return new Page<>(found, found.getLast().endpoint().id());
      }
      if (status != null) {
        found.add(new Destination(endpoint(message, candidates[i]), status));
      }
    }
    return new Page<>(found, 0);
  }

  /**
   * Returns the candidate endpoints of a page in its order: those that the message was routed to,
   * whether they still exist or not, and all existing ones, to which it may have been replayed.
   */
  private long[] candidates(MessageRow message, PageRequest wanted) {
    PageRequest some = wanted.withLimit(MOST_LOOKED_AT + 1);
    LongStream there =
        api.endpoints(message.application(), some).stream().mapToLong(EndpointRow::id);
    long[] ids = LongStream.concat(there, targets(message, some)).sorted().distinct().toArray();
    if (wanted.newestFirst()) {
      reverse(ids);
    }
    return ids;
  }

  private static LongStream targets(MessageRow message, PageRequest wanted) {
    long[] all =
        LongStream.of(message.targets())
            .filter(id -> id > wanted.after() && id < wanted.before())
            .sorted()
            .toArray();
    int from = wanted.newestFirst() ? Math.max(0, all.length - wanted.limit()) : 0;
    return Arrays.stream(all, from, Math.min(all.length, from + wanted.limit()));
  }

  private static void reverse(long[] ids) {
    for (int i = 0, j = ids.length - 1; i < j; i++, j--) {
      long id = ids[i];
      ids[i] = ids[j];
      ids[j] = id;
    }
  }

  private EndpointRow endpoint(MessageRow message, long id) {
    EndpointRow row = api.engine().registry().endpoint(id);
    return row == null ? EndpointView.gone(id, message.application()) : row;
  }

  private void write(JsonGenerator json, Destination destination, boolean expanded) {
    view.common(json, destination.endpoint());
    Statuses.write(json, destination.status(), expanded);
    Json.timeOrNull(json, "nextAttempt", destination.status().next());
  }
}
