package dev.posthorn.cidadao;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.SigningSecret;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The webhooks, as endpoints of one application. A webhook under test is an endpoint of a second
 * application for the duration of the test.
 *
 * <p>The history shows the URLs of removed webhooks, too: they are kept as metadata of the
 * application for as long as the history names them.
 */
final class Registry {
  private static final long ENVIRONMENT = 1;
  // No event has this name: the pattern of a webhook that wants no event.
  private static final String NO_EVENT = "none";

  private final Engine engine;
  private final int secondMillis;
  private final long webhooks;
  private final long tests;

  /** Creates the registry; removes tests that a crash left behind. */
  public Registry(Engine engine, int secondMillis) {
    this.engine = engine;
    this.secondMillis = secondMillis;
    this.webhooks = application("webhooks");
    this.tests = application("tests");
    for (EndpointRow row : engine.registry().endpoints(tests)) {
      delete(row.id());
    }
  }

  private long application(String uid) {
    ApplicationRow row = engine.registry().application(ENVIRONMENT, uid);
    return row != null
        ? row.id()
        : Waiting.change(
                "a new application",
                engine.applicationAdmin().create(ENVIRONMENT, uid, uid, Map.of()))
            .id();
  }

  /** Returns the application of the webhooks. */
  public long webhooks() {
    return webhooks;
  }

  /** Returns the application of the tests. */
  public long tests() {
    return tests;
  }

  /** Adds a webhook; it is on disk when this returns. */
  public void add(WebhookConfig config) {
    var unused =
        Waiting.change(
            "a new webhook",
            engine.endpointAdmin().create(webhooks, draft(config, List.of(), config.active())));
  }

  /** Adds a webhook for a test, on a channel of its own, and returns its id. */
  public long addTest(WebhookConfig config, String channel) {
    WebhookConfig forAll = config.withEvents((List<WebhookEvent>) null).withActive(true);
    return Waiting.change(
            "a new webhook",
            engine.endpointAdmin().create(tests, draft(forAll, List.of(channel), true)))
        .id();
  }

  /** Removes a test without waiting; the next start removes leftovers. */
  public void removeTest(long id) {
    var unused = engine.endpointAdmin().delete(id);
  }

  private EndpointDraft draft(WebhookConfig config, List<String> channels, boolean active) {
    List<WebhookEvent> events = config.events();
    List<String> types =
        events == null
            ? List.of()
            : events.isEmpty()
                ? List.of(NO_EVENT)
                : events.stream().map(WebhookEvent::value).toList();
    String secret = config.secret();
    EndpointPolicy policy =
        EndpointPolicy.builder()
            .timeoutMillis(config.timeout() * 1_000)
            .retryWaits(RetryWaits.of(config.maxRetries(), secondMillis))
            .wireFormat(CidadaoWireFormat.NAME)
            .build();
    return new EndpointDraft(
        EndpointSpec.to(config.url()).eventTypes(types).channels(channels).policy(policy).build(),
        active ? EndpointState.ENABLED : EndpointState.DISABLED,
        secret == null ? "" : secret,
        config.headers().entrySet().stream()
            .map(header -> new Header(header.getKey(), header.getValue()))
            .toList());
  }

  /** Returns all webhooks in the order in which they were added. */
  public List<WebhookConfig> list() {
    return engine.registry().endpoints(webhooks).stream().map(this::config).toList();
  }

  private WebhookConfig config(EndpointRow row) {
    List<SigningSecret> secrets = engine.endpointSecrets().signingSecrets(row.id());
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : engine.endpointSecrets().headers(row.id())) {
      headers.put(header.name(), header.value());
    }
    List<Long> waits = row.policy().retryWaits();
    return WebhookConfig.of(row.url())
        .withSecret(secrets.isEmpty() ? null : secrets.getLast().secret())
        .withEvents(events(row.spec().eventTypes()))
        .withHeaders(headers)
        .withTimeout(row.policy().timeoutMillis() / 1_000)
        .withMaxRetries(waits == null ? 0 : waits.size())
        .withActive(row.state().accepts());
  }

  private static @Nullable List<WebhookEvent> events(List<String> types) {
    if (types.isEmpty()) {
      return null;
    }
    return types.stream().filter(type -> !type.equals(NO_EVENT)).map(WebhookEvent::of).toList();
  }

  /** Returns whether a webhook wants an event now. */
  public boolean anyWants(WebhookEvent event) {
    for (EndpointRow row : engine.registry().endpoints(webhooks)) {
      List<String> types = row.spec().eventTypes();
      if (row.state().accepts() && (types.isEmpty() || types.contains(event.value()))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Removes all webhooks with a URL.
   *
   * @param named returns the ids of the webhooks that the history names
   * @return whether there was a webhook with the URL
   */
  public synchronized boolean remove(String url, Supplier<Set<Long>> named) {
    List<EndpointRow> rows =
        engine.registry().endpoints(webhooks).stream()
            .filter(row -> row.url().equals(url))
            .toList();
    if (rows.isEmpty()) {
      return false;
    }
    Set<Long> kept = named.get();
    var unused =
        Waiting.change(
            "a change",
            engine.applicationAdmin().update(webhooks, row -> remember(row, rows, kept)));
    rows.forEach(row -> delete(row.id()));
    return true;
  }

  private static ApplicationRow remember(
      ApplicationRow before, List<EndpointRow> removed, Set<Long> named) {
    Map<String, String> urls = new HashMap<>(before.metadata());
    urls.keySet().removeIf(id -> !named.contains(Long.valueOf(id)));
    for (EndpointRow row : removed) {
      urls.put(Long.toString(row.id()), row.url());
    }
    return before.with(before.spec().withMetadata(Map.copyOf(urls)), before.updated());
  }

  private void delete(long id) {
    var unused = Waiting.change("the removal of a webhook", engine.endpointAdmin().delete(id));
  }

  /** Returns the URL of a webhook, even if it was removed. */
  public String url(long id) {
    EndpointRow row = engine.registry().endpoint(id);
    if (row != null) {
      return row.url();
    }
    ApplicationRow application = engine.registry().application(webhooks);
    String url = application == null ? null : application.metadata().get(Long.toString(id));
    return url == null ? "" : url;
  }
}
