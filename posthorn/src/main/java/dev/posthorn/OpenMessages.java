package dev.posthorn;

import dev.posthorn.engine.Engine;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.LiveRow;
import dev.posthorn.store.MessageQuery;
import dev.posthorn.store.MessageRow;
import dev.posthorn.store.Page;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The messages of an application of an open database. */
final class OpenMessages implements Messages {
  private final Engine engine;
  private final Views views;
  private final long application;

  OpenMessages(Engine engine, Views views, long application) {
    this.engine = engine;
    this.views = views;
    this.application = application;
  }

  private MessageRow row(String id) {
    MessageRow row = engine.store().message(views.parse(Views.MESSAGE, "message", id));
    if (row == null || row.application() != application) {
      throw Views.notFound("message");
    }
    return row;
  }

  @Override
  public Message get(String id) {
    MessageRow row = row(id);
    return views.message(row, deliveries(row));
  }

  /**
   * What has a live row waits; the last attempt tells of the others; with neither it was cancelled.
   */
  private Map<String, DeliveryState> deliveries(MessageRow row) {
    Map<Long, DeliveryState> states = new LinkedHashMap<>();
    for (long target : row.targets()) {
      states.put(target, DeliveryState.CANCELLED);
    }
    // Live rows are read first: a delivery that ends in between shows its end.
    List<LiveRow> live = engine.store().live(row.id());
    for (AttemptRow attempt : engine.store().attempts(row.id())) {
      states.put(attempt.endpoint(), attempt.state());
    }
    for (LiveRow waiting : live) {
      states.merge(
          waiting.endpoint(),
          DeliveryState.WAITING,
          (last, waits) -> last == DeliveryState.SUCCEEDED ? last : waits);
    }
    Map<String, DeliveryState> result = new LinkedHashMap<>();
    states.forEach((endpoint, state) -> result.put(views.id(Views.ENDPOINT, endpoint), state));
    return result;
  }

  @Override
  public List<Attempt> attempts(String id) {
    return engine.store().attempts(row(id).id()).stream().map(views::attempt).toList();
  }

  @Override
  public MessagePage list(@Nullable String after, int limit) {
    Checks.rate("limit", limit, 1_000);
    long before = after == null ? Long.MAX_VALUE : views.parse(Views.MESSAGE, "after", after);
    Page<MessageRow> page =
        engine
            .store()
            .messages(
                new MessageQuery(application, Long.MIN_VALUE, before, true, limit, Set.of(), null));
    return new MessagePage(
        page.rows().stream().map(row -> views.message(row, Map.of())).toList(),
        page.done() ? null : views.id(Views.MESSAGE, page.next()));
  }

  @Override
  public Map<String, String> why(String id) {
    MessageRow row = row(id);
    Map<String, String> reasons = new LinkedHashMap<>();
    for (EndpointRow endpoint : engine.endpoints(application)) {
      reasons.put(
          views.id(Views.ENDPOINT, endpoint.id()),
          engine.why(endpoint, row.type(), row.channels()).toLowerCase(Locale.ROOT));
    }
    return reasons;
  }

  @Override
  public int cancel(String id) {
    return views.await(engine.deliveries().cancel(row(id).id()));
  }

  @Override
  public boolean replay(String id, String endpoint) {
    long message = row(id).id();
    long target = views.parse(Views.ENDPOINT, "endpoint", endpoint);
    EndpointRow present = engine.endpoint(target);
    if (present == null || present.application() != application) {
      throw Views.notFound("endpoint");
    }
    return views.await(engine.deliveries().replay(message, target));
  }
}
