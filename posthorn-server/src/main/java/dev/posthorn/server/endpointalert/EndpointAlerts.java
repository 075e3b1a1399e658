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
import java.util.function.Supplier;
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

  private static final int MAIL_THREADS = 2;
  private static final int URL_THREADS = 8;

  private final Engine engine;
  private final OperationalEvents webhooks;
  private final AlertOptions options;
  private final Supplier<String> publicUrl;
  private final @Nullable AlertQueue mails;
  private final AlertQueue urls;

  /**
   * Starts to watch the endpoints of an engine.
   *
   * @param poster sends to URLs
   * @param publicUrl returns the URL under which browsers reach the server
   */
  public static EndpointAlerts start(
      Engine engine,
      Poster poster,
      OperationalEvents webhooks,
      AlertOptions options,
      Supplier<String> publicUrl) {
    EndpointAlerts alerts = new EndpointAlerts(engine, poster, webhooks, options, publicUrl);
    engine.events().add(new FailingEndpoints(engine, alerts));
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
    SmtpServer smtp = options.smtp();
    this.mails =
        smtp == null ? null : queue(new MailChannel(smtp, options.sender()), MAIL_THREADS, options);
    this.urls = queue(new UrlChannel(poster), URL_THREADS, options);
  }

  private static AlertQueue queue(AlertChannel channel, int threads, AlertOptions options) {
    return new AlertQueue(channel, threads, options.waits(), AlertQueue.CAPACITY);
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
    for (AlertQueue queue : queues()) {
      all.add(new Count(queue.name(), "sent", queue::sent));
      all.add(new Count(queue.name(), "failed", queue::failed));
      all.add(new Count(queue.name(), "dropped", queue::dropped));
    }
    return all;
  }

  private List<AlertQueue> queues() {
    AlertQueue mail = mails;
    return mail == null ? List.of(urls) : List.of(mail, urls);
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
    String application = engine.publicIds().format(IdPrefix.APPLICATION, owner.id());
    String id = engine.publicIds().format(IdPrefix.ENDPOINT, endpoint.id());
    EndpointAlert alert =
        new EndpointAlert(
            kind,
            id,
            endpoint.url().split("[?#]", 2)[0],
            owner.spec().name() + " (" + application + ")",
            at,
            since,
            disabledFrom,
            link(owner, application, id));
    options.addresses().forEach(address -> mail(address, alert));
    mail(owner.spec().metadata().get(ADDRESS_KEY), alert);
    post(options.url(), alert);
    post(owner.spec().metadata().get(URL_KEY), alert);
  }

  private void mail(@Nullable String address, EndpointAlert alert) {
    AlertQueue queue = mails;
    if (address != null && queue != null) {
      queue.add(address, alert);
    }
  }

  private void post(@Nullable String url, EndpointAlert alert) {
    if (url != null) {
      urls.add(url, alert);
    }
  }

  private String link(ApplicationRow owner, String application, String endpoint) {
    if (OperationalWebhooks.isHidden(owner)) {
      return publicUrl.get() + "/console#/environment"; // it has no other page
    }
    String own = options.link();
    return own == null
        ? publicUrl.get() + "/console#/endpoint/" + application + "/" + endpoint
        : own.replace("{application}", application).replace("{endpoint}", endpoint);
  }

  /** Drops the alerts that wait. */
  @Override
  public void close() {
    queues().forEach(AlertQueue::close);
  }
}
