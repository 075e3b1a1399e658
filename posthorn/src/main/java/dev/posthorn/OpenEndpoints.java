package dev.posthorn;

import dev.posthorn.engine.Engine;
import dev.posthorn.error.PosthornException;
import dev.posthorn.store.AttemptQuery;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EndpointState;
import dev.posthorn.wire.SigningSecret;
import dev.posthorn.wire.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The endpoints of an application of an open database. */
final class OpenEndpoints implements Endpoints {
  private static final Set<EndpointState> DISABLED =
      Set.of(EndpointState.DISABLED, EndpointState.DISABLED_FAILING, EndpointState.DISABLED_GONE);

  private final Engine engine;
  private final Views views;
  private final long application;
  private final Map<String, WireFormat> formats;

  OpenEndpoints(Engine engine, Views views, long application, List<WireFormat> formats) {
    this.engine = engine;
    this.views = views;
    this.application = application;
    this.formats =
        formats.stream().collect(Collectors.toMap(WireFormat::name, Function.identity()));
  }

  @Override
  public Endpoint add(NewEndpoint endpoint) {
    WireFormat format = formats.get(endpoint.format());
    if (format == null) {
      throw PosthornException.invalid(
          "wireFormat",
          "\"" + endpoint.format() + "\" is not known; add it to the options when opening");
    }
    String secret = endpoint.secret();
    if (secret != null) {
      check(format, secret);
    }
    return views.endpoint(
        views.await(engine.administration().createEndpoint(application, endpoint.draft())));
  }

  private static void check(WireFormat format, String secret) {
    try {
      format.check(secret);
    } catch (IllegalArgumentException e) {
      throw PosthornException.invalid("secret", String.valueOf(e.getMessage()));
    }
  }

  private EndpointRow row(String id) {
    EndpointRow row = engine.endpoint(views.parse(Views.ENDPOINT, "endpoint", id));
    if (row == null || row.application() != application) {
      throw Views.notFound("endpoint");
    }
    return row;
  }

  @Override
  public Endpoint get(String id) {
    return views.endpoint(row(id));
  }

  @Override
  public List<Endpoint> list() {
    return engine.endpoints(application).stream().map(views::endpoint).toList();
  }

  private Endpoint update(String id, UnaryOperator<EndpointRow> edit) {
    return views.endpoint(views.await(engine.administration().updateEndpoint(row(id).id(), edit)));
  }

  @Override
  public Endpoint moveTo(String id, String url) {
    var unused = Endpoint.to(url); // checks it
    return update(id, row -> with(row, url, row.eventTypes(), row.state()));
  }

  @Override
  public Endpoint changeEvents(String id, String... patterns) {
    List<String> events = List.of(patterns);
    Checks.eventTypes(events);
    return update(id, row -> with(row, row.url(), events, row.state()));
  }

  @Override
  public Endpoint pause(String id) {
    return update(id, row -> state(row, Set.of(EndpointState.ENABLED), EndpointState.PAUSED));
  }

  @Override
  public Endpoint resume(String id) {
    return update(id, row -> state(row, Set.of(EndpointState.PAUSED), EndpointState.ENABLED));
  }

  @Override
  public Endpoint disable(String id) {
    return update(
        id,
        row ->
            state(
                row, Set.of(EndpointState.ENABLED, EndpointState.PAUSED), EndpointState.DISABLED));
  }

  @Override
  public Endpoint enable(String id) {
    return update(id, row -> state(row, DISABLED, EndpointState.ENABLED));
  }

  private static EndpointRow state(EndpointRow row, Set<EndpointState> from, EndpointState to) {
    return from.contains(row.state()) ? with(row, row.url(), row.eventTypes(), to) : row;
  }

  private static EndpointRow with(
      EndpointRow row, String url, List<String> events, EndpointState state) {
    return new EndpointRow(
        row.id(),
        row.application(),
        row.uid(),
        url,
        row.description(),
        events,
        row.channels(),
        row.policy(),
        state,
        row.metadata(),
        row.created(),
        System.currentTimeMillis());
  }

  @Override
  public void remove(String id) {
    views.await(engine.administration().deleteEndpoint(row(id).id()));
  }

  @Override
  public String secret(String id) {
    List<SigningSecret> secrets = engine.administration().signingSecrets(row(id).id());
    return secrets.isEmpty() ? "" : secrets.get(secrets.size() - 1).secret();
  }

  @Override
  public String rotateSecret(String id, @Nullable String secret, Duration grace) {
    EndpointRow row = row(id);
    Checks.notNegative("grace", grace);
    WireFormat format = formats.get(row.policy().wireFormat());
    if (secret != null && format != null) {
      check(format, secret);
    }
    views.await(engine.administration().rotateSecret(row.id(), secret, grace.toMillis()));
    return secret(id);
  }

  @Override
  public long cancelWaiting(String id) {
    return views.await(engine.deliveries().cancelAll(row(id).id()));
  }

  @Override
  public int replayFailed(String id, Instant since) {
    return engine.deliveries().replayFailed(row(id).id(), since.toEpochMilli()).join();
  }

  @Override
  public List<Attempt> attempts(String id, int limit) {
    Checks.rate("limit", limit, 1_000);
    AttemptQuery query =
        new AttemptQuery(row(id).id(), Long.MIN_VALUE, Long.MAX_VALUE, true, limit, null);
    return engine.store().attempts(query).rows().stream().map(views::attempt).toList();
  }
}
