package dev.posthorn.server.endpointalert;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.endpointalert.EndpointAlert.Kind;
import dev.posthorn.server.operationalwebhook.OperationalEvents;
import dev.posthorn.server.operationalwebhook.OperationalWebhooks;
import dev.posthorn.server.outbound.Poster;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Alerts those who care for an endpoint: before it is disabled because it fails, and once it is.
 * Recipients are operational webhooks, the addresses and the URL of the server's settings, and
 * those that the metadata of the endpoint's application names.
 *
 * <p>An alert is sent after its cause is on disk. A crash in between loses it, and never repeats
 * it.
 */
public final class EndpointAlerts implements FailingEndpoints.Warnings, AutoCloseable {
  /** The key of an application's metadata with an address that gets its alerts. */
  public static final String ADDRESS_KEY = "alertEmail";

  /** The key of an application's metadata with a URL that gets its alerts. */
  public static final String URL_KEY = "alertUrl";

  /** The places of the server's own recipients: an outage may concern many endpoints at once. */
  private static final AlertQueue.Room OWN = new AlertQueue.Room(2, 1_000, 5_000);

  /** The places of the recipients that applications name. */
  private static final AlertQueue.Room APPLICATIONS = new AlertQueue.Room(8, 50, 10_000);

  private final Engine engine;
  private final OperationalEvents webhooks;
  private final AlertOptions options;
  private final Supplier<String> publicUrl;
  private final FailingEndpoints failing;
  private final Ways own;
  private final Ways applications;

  /** The ways to some recipients; there may be none for e-mails. */
  private record Ways(@Nullable AlertQueue mails, AlertQueue urls) {
    List<AlertQueue> all() {
      return mails == null ? List.of(urls) : List.of(mails, urls);
    }

    boolean reaches(Recipients some) {
      return !some.urls.isEmpty() || (mails != null && !some.addresses.isEmpty());
    }

    void send(Recipients some, EndpointAlert alert) {
      AlertQueue queue = mails;
      if (queue != null) {
        some.addresses.forEach(address -> queue.add(address, alert));
      }
      some.urls.forEach(url -> urls.add(url, alert));
    }
  }

  private record Recipients(List<String> addresses, List<String> urls) {}

  /**
   * Starts to watch the endpoints of an engine. What there is to tell waits until {@link #begin}.
   *
   * @param poster sends to URLs
   * @param publicUrl returns the URL under which browsers reach the server, once alerts are sent
   */
  public static EndpointAlerts start(
      Engine engine,
      Poster poster,
      OperationalEvents webhooks,
      AlertOptions options,
      Supplier<String> publicUrl) {
    EndpointAlerts alerts = new EndpointAlerts(engine, poster, webhooks, options, publicUrl);
    engine.events().add(alerts.failing);
    return alerts;
  }

  private EndpointAlerts(
      Engine engine,
      Poster poster,
      OperationalEvents webhooks,
      AlertOptions options,
      Supplier<String> publicUrl) {
    this.engine = engine;
    this.webhooks = webhooks;
    this.options = options;
    this.publicUrl = publicUrl;
    this.own = ways(poster, OWN);
    this.applications = ways(poster, APPLICATIONS);
    this.failing = new FailingEndpoints(engine, this);
  }

  private Ways ways(Poster poster, AlertQueue.Room room) {
    SmtpServer smtp = options.smtp();
    return new Ways(
        smtp == null
            ? null
            : new AlertQueue(new MailChannel(smtp, options.sender()), options.waits(), room),
        new AlertQueue(new UrlChannel(poster), options.waits(), room));
  }

  /** Tells that the engine started between a time in milliseconds and the start of this. */
  public void startedAfter(long openedAt) {
    failing.listensSince(openedAt);
  }

  /** Begins to send alerts, those that wait first. */
  public void begin() {
    queues().forEach(AlertQueue::begin);
  }

  /**
   * The number of alerts of a channel and a result so far.
   *
   * @param channel {@code email} or {@code url}
   * @param result {@code sent}, {@code failed} or {@code dropped}
   * @param value returns the number
   */
  public record Count(String channel, String result, Supplier<Number> value) {}

  /** Returns the counts of all channels and results. */
  public List<Count> counts() {
    List<Count> all = new ArrayList<>();
    for (AlertQueue queue : own.all()) {
      String name = queue.name();
      all.add(new Count(name, "sent", () -> sum(name, AlertQueue::sent)));
      all.add(new Count(name, "failed", () -> sum(name, AlertQueue::failed)));
      all.add(new Count(name, "dropped", () -> sum(name, AlertQueue::dropped)));
    }
    return all;
  }

  private long sum(String channel, ToLongFunction<AlertQueue> count) {
    return queues().stream().filter(one -> one.name().equals(channel)).mapToLong(count).sum();
  }

  private List<AlertQueue> queues() {
    return Stream.of(own, applications).flatMap(ways -> ways.all().stream()).toList();
  }

  @Override
  public void failing(EndpointRow endpoint, Kind kind, long at, long since, long disabledFrom) {
    webhooks.failing(endpoint, kind.percent(), since, disabledFrom);
    tell(endpoint, kind, at, since, disabledFrom);
  }

  @Override
  public void disabled(EndpointRow endpoint, Kind kind, long since) {
    tell(endpoint, kind, engine.millis(), since, 0); // operational webhooks see the same event
  }

  private void tell(EndpointRow endpoint, Kind kind, long at, long since, long disabledFrom) {
    ApplicationRow owner = engine.registry().application(endpoint.application());
    if (owner == null) {
      return; // removed meanwhile
    }
    Recipients ours = new Recipients(options.addresses(), listOf(options.url()));
    Map<String, String> metadata = owner.spec().metadata();
    Recipients theirs =
        new Recipients(listOf(metadata.get(ADDRESS_KEY)), listOf(metadata.get(URL_KEY)));
    if (!own.reaches(ours) && !applications.reaches(theirs)) {
      return;
    }
    String application = engine.publicIds().format(IdPrefix.APPLICATION, owner.id());
    String id = engine.publicIds().format(IdPrefix.ENDPOINT, endpoint.id());
    EndpointAlert alert =
        new EndpointAlert(
            kind,
            id,
            AlertText.shortened(endpoint.url()),
            owner.spec().name() + " (" + application + ")",
            at,
            since,
            disabledFrom,
            () -> link(owner, application, id));
    own.send(ours, alert);
    applications.send(theirs, alert);
  }

  private static List<String> listOf(@Nullable String one) {
    return one == null ? List.of() : List.of(one);
  }

  private String link(ApplicationRow owner, String application, String endpoint) {
    if (OperationalWebhooks.isHidden(owner)) {
      return publicUrl.get() + "/console#/environment"; // it has no other page
    }
    String page = options.link();
    return page == null
        ? publicUrl.get() + "/console#/endpoint/" + application + "/" + endpoint
        : page.replace("{application}", application).replace("{endpoint}", endpoint);
  }

  /** Drops the alerts that wait. */
  @Override
  public void close() {
    engine.events().remove(failing);
    failing.close();
    queues().forEach(AlertQueue::close);
  }
}
