package dev.posthorn.internal.api;

import dev.posthorn.Attempt;
import dev.posthorn.Delivery;
import dev.posthorn.DeliveryState;
import dev.posthorn.Message;
import dev.posthorn.MessagePage;
import dev.posthorn.Messages;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineEvents;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.OptionRules;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.spi.store.reads.DeliveryStatus;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The messages of an application of an open database. */
final class OpenMessages implements Messages {
  private static final long LOOK_AGAIN_NANOS = 200_000_000;

  private final Views views;
  private final long application;

  OpenMessages(Views views, long application) {
    this.views = views;
    this.application = application;
  }

  private MessageRow row(String id) {
    Checks.present("message", id);
    MessageRow row =
        views
            .read(engine -> Optional.ofNullable(engine.lookup().find(application, id)))
            .orElse(null);
    if (row == null) {
      throw Views.notFound("message");
    }
    return row;
  }

  @Override
  public Message get(String id) {
    MessageRow row = row(id);
    Map<String, DeliveryState> states = new LinkedHashMap<>();
    deliveries(row).forEach(delivery -> states.put(delivery.endpoint(), delivery.state()));
    return views.message(row, states);
  }

  @Override
  public List<Delivery> deliveries(String id) {
    return deliveries(row(id));
  }

  @Override
  public List<Delivery> await(String id, Duration patience) {
    Checks.within("patience", patience, OptionRules.PATIENCE);
    MessageRow row = row(id);
    Semaphore news = new Semaphore(0);
    EngineListener listener =
        new EngineListener() {
          @Override
          public boolean caresFor(AttemptRow attempt) {
            return attempt.message() == row.id() && attempt.state() != DeliveryState.WAITING;
          }

          @Override
          public void attempted(
              EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
            news.release();
          }
        };
    EngineEvents events = views.engine().events();
    events.add(listener);
    try {
      return await(row, news, System.nanoTime() + patience.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosthornException(Reason.UNKNOWN, "interrupted while waiting for deliveries", e);
    } finally {
      events.remove(listener);
    }
  }

  private List<Delivery> await(MessageRow row, Semaphore news, long until)
      throws InterruptedException {
    while (true) {
      List<Delivery> deliveries = deliveries(row);
      long left = until - System.nanoTime();
      if (left <= 0 || deliveries.stream().noneMatch(OpenMessages::waits)) {
        return deliveries;
      }
      // A listener can miss events, so one looks again without any.
      var unused = news.tryAcquire(Math.min(left, LOOK_AGAIN_NANOS), TimeUnit.NANOSECONDS);
    }
  }

  private static boolean waits(Delivery delivery) {
    return delivery.state() == DeliveryState.WAITING;
  }

  private List<Delivery> deliveries(MessageRow row) {
    return views.read(engine -> engine.deliveries().statuses(row)).stream()
        .map(status -> delivery(row, status))
        .toList();
  }

  private Delivery delivery(MessageRow row, DeliveryStatus status) {
    return new Delivery(
        views.id(IdPrefix.DELIVERY, status.id()),
        views.id(row),
        views.id(IdPrefix.ENDPOINT, status.endpoint()),
        status.state(),
        status.attempts(),
        status.next() == 0 ? null : Instant.ofEpochMilli(status.next()));
  }

  @Override
  public List<Attempt> attempts(String id) {
    MessageRow message = row(id);
    return views.read(engine -> engine.store(application).attempts(message.id())).stream()
        .map(attempt -> views.attempt(attempt, application, Views.Sent.of(message.spec())))
        .toList();
  }

  @Override
  public MessagePage list(@Nullable String after, int limit, String... types) {
    Checks.within("limit", limit, RequestRules.LIBRARY_PAGE);
    long before = after == null ? Long.MAX_VALUE : views.parse(IdPrefix.MESSAGE, "after", after);
    MessageQuery query =
        new MessageQuery(
            application,
            PageRequest.before(before, limit),
            MessageFilter.of(Set.copyOf(List.of(types)), null));
    Page<MessageRow> page = views.read(engine -> engine.store(application).messages(query));
    return new MessagePage(
        page.rows().stream().map(row -> views.message(row, Map.of())).toList(),
        page.done() ? null : views.id(IdPrefix.MESSAGE, page.next()));
  }

  @Override
  public Map<String, String> why(String id) {
    MessageRow row = row(id);
    Engine engine = views.engine();
    Map<String, String> reasons = new LinkedHashMap<>();
    for (EndpointRow endpoint : engine.registry().endpoints(application)) {
      reasons.put(
          views.id(IdPrefix.ENDPOINT, endpoint.id()),
          engine.registry().why(endpoint, row.type(), row.channels()).toLowerCase(Locale.ROOT));
    }
    return reasons;
  }

  @Override
  public int cancel(String id) {
    long message = row(id).id();
    return views.change(engine -> engine.deliveries().cancel(application, message));
  }

  @Override
  public boolean replay(String id, String endpoint) {
    long message = row(id).id();
    long target = views.parse(IdPrefix.ENDPOINT, "endpoint", endpoint);
    EndpointRow present = views.engine().registry().endpoint(target);
    if (present == null || present.application() != application) {
      throw Views.notFound("endpoint");
    }
    return views.change(engine -> engine.deliveries().replay(message, target));
  }
}
