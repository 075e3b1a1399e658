package dev.posthorn.internal.api;

import dev.posthorn.Attempt;
import dev.posthorn.Endpoint;
import dev.posthorn.EndpointSettings;
import dev.posthorn.EndpointUpdate;
import dev.posthorn.Endpoints;
import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Reason;
import dev.posthorn.internal.crypto.Certificates;
import dev.posthorn.internal.crypto.ClientCertificate;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.engine.task.TaskData;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.TlsIdentity;
import dev.posthorn.spi.wire.SigningSecret;
import dev.posthorn.spi.wire.WireFormat;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The endpoints of an application of an open database. */
final class OpenEndpoints implements Endpoints {
  private static final Set<EndpointState> DISABLED =
      Set.of(EndpointState.DISABLED, EndpointState.DISABLED_FAILING, EndpointState.DISABLED_GONE);

  private final Views views;
  private final long application;
  private final Map<String, WireFormat> formats;
  private final Payloads payloads;

  OpenEndpoints(Views views, long application, PosthornOptions options) {
    this.views = views;
    this.application = application;
    this.payloads = new Payloads(options.json());
    this.formats = OptionMapping.formats(options);
  }

  @Override
  public Endpoint add(NewEndpoint endpoint) {
    WireFormat format = format(endpoint.settings().wireFormat());
    String secret = endpoint.secret();
    if (secret != null) {
      check(format, secret);
    }
    EndpointDraft draft = EndpointMapping.draft(endpoint);
    views.types().requireAll(draft.spec().eventTypes());
    return views.endpoint(
        views.change(
            engine ->
                engine
                    .endpointAdmin()
                    .create(
                        application, draft, EndpointMapping.identity(endpoint, engine.millis()))));
  }

  private WireFormat format(String name) {
    WireFormat format = formats.get(name);
    if (format == null) {
      throw PosthornException.invalid(
          "wireFormat", "\"" + name + "\" is not known; add it to the options when opening");
    }
    return format;
  }

  private static void check(WireFormat format, String secret) {
    try {
      format.check(secret);
    } catch (IllegalArgumentException e) {
      throw PosthornException.invalid("secret", String.valueOf(e.getMessage()));
    }
  }

  private EndpointRow row(String id) {
    EndpointRow row =
        views.engine().registry().endpoint(views.parse(IdPrefix.ENDPOINT, "endpoint", id));
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
  public Optional<Endpoint> find(String uid) {
    Checks.present("uid", uid);
    Optional<Endpoint> found =
        views.engine().registry().endpoints(application).stream()
            .filter(row -> uid.equals(row.uid()))
            .findFirst()
            .map(views::endpoint);
    if (found.isEmpty()) {
      Checks.uid(uid); // a uid that no endpoint can have is a mistake
    }
    return found;
  }

  @Override
  public List<Endpoint> list() {
    return views.engine().registry().endpoints(application).stream().map(views::endpoint).toList();
  }

  private Endpoint edit(String id, UnaryOperator<EndpointRow> edit) {
    long endpoint = row(id).id();
    return views.endpoint(views.change(engine -> engine.endpointAdmin().update(endpoint, edit)));
  }

  @Override
  public Endpoint update(String id, EndpointUpdate change) {
    EndpointRow before = row(id);
    EndpointSpec after = changed(before, change);
    if (!after.policy().wireFormat().equals(before.policy().wireFormat())) {
      WireFormat format = format(after.policy().wireFormat());
      secrets(before.id()).forEach(secret -> check(format, secret.secret()));
    }
    if (!after.eventTypes().equals(before.spec().eventTypes())) {
      views.types().requireAll(after.eventTypes());
    }
    long now = views.engine().millis();
    return edit(id, row -> row.with(changed(row, change), now));
  }

  private static EndpointSpec changed(EndpointRow row, EndpointUpdate change) {
    return change.applyTo(new EndpointSettings(row.spec())).spec();
  }

  @Override
  public Map<String, String> headers(String id) {
    long endpoint = row(id).id();
    Map<String, String> headers = new LinkedHashMap<>();
    decrypted(engine -> engine.endpointSecrets().headers(endpoint))
        .forEach(header -> headers.put(header.name(), header.value()));
    return headers;
  }

  @Override
  public void updateHeaders(String id, Map<String, String> headers) {
    long endpoint = row(id).id();
    Map<String, String> copy = new LinkedHashMap<>(headers);
    Checks.headers(copy);
    views.change(
        engine -> engine.endpointSecrets().setHeaders(endpoint, EndpointMapping.headers(copy)));
  }

  @Override
  public List<X509Certificate> clientCertificate(String id) {
    String pem = identity(id).clientCertificate();
    return pem == null ? List.of() : ClientCertificate.read(pem).chain();
  }

  @Override
  public void updateClientCertificate(String id, String certificatePem, String keyPem) {
    long endpoint = row(id).id();
    ClientCertificate certificate = Checks.clientCertificate(certificatePem, keyPem);
    String pem = Checks.usable(certificate, views.engine().millis());
    views.change(engine -> engine.endpointTls().setClientCertificate(endpoint, pem));
  }

  @Override
  public void removeClientCertificate(String id) {
    long endpoint = row(id).id();
    views.change(engine -> engine.endpointTls().setClientCertificate(endpoint, null));
  }

  @Override
  public List<X509Certificate> serverCa(String id) {
    String pem = identity(id).serverCa();
    return pem == null ? List.of() : Certificates.read(pem);
  }

  @Override
  public void updateServerCa(String id, String pem) {
    long endpoint = row(id).id();
    String checked = Checks.serverCa(pem);
    views.change(engine -> engine.endpointTls().setServerCa(endpoint, checked));
  }

  @Override
  public void removeServerCa(String id) {
    long endpoint = row(id).id();
    views.change(engine -> engine.endpointTls().setServerCa(endpoint, null));
  }

  private TlsIdentity identity(String id) {
    long endpoint = row(id).id();
    return decrypted(engine -> engine.endpointTls().of(endpoint));
  }

  @Override
  public Endpoint pause(String id) {
    return edit(id, row -> state(row, Set.of(EndpointState.ENABLED), EndpointState.PAUSED));
  }

  @Override
  public Endpoint resume(String id) {
    return edit(id, row -> state(row, Set.of(EndpointState.PAUSED), EndpointState.ENABLED));
  }

  @Override
  public Endpoint disable(String id) {
    return edit(
        id,
        row ->
            state(
                row, Set.of(EndpointState.ENABLED, EndpointState.PAUSED), EndpointState.DISABLED));
  }

  @Override
  public Endpoint enable(String id) {
    return edit(id, row -> state(row, DISABLED, EndpointState.ENABLED));
  }

  private EndpointRow state(EndpointRow row, Set<EndpointState> from, EndpointState to) {
    return from.contains(row.state()) ? row.with(to, views.engine().millis()) : row;
  }

  @Override
  public void remove(String id) {
    long endpoint = row(id).id();
    views.change(engine -> engine.endpointAdmin().delete(endpoint));
  }

  private List<SigningSecret> secrets(long endpoint) {
    return decrypted(engine -> engine.endpointSecrets().signingSecrets(endpoint));
  }

  private <T> T decrypted(Function<Engine, T> read) {
    try {
      return views.read(read);
    } catch (Keyring.KeyringException e) {
      throw new PosthornException(Reason.STORE_FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public String secret(String id) {
    EndpointRow row = row(id);
    var unused = format(row.policy().wireFormat()); // it knows what may be shown
    return decrypted(engine -> engine.endpointSecrets().verificationKey(row.id()));
  }

  @Override
  public String rotateSecret(String id, @Nullable String secret, Duration grace) {
    EndpointRow row = row(id);
    Checks.within("grace", grace, EndpointRules.SECRET_GRACE);
    WireFormat format = format(row.policy().wireFormat());
    if (secret != null) {
      check(format, secret);
    }
    int number =
        views.change(engine -> engine.endpointSecrets().rotate(row.id(), secret, grace.toMillis()));
    return decrypted(engine -> engine.endpointSecrets().verificationKey(row.id(), number))
        .orElseGet(() -> secret(id)); // replaced already
  }

  @Override
  public long cancelWaiting(String id) {
    long endpoint = row(id).id();
    return views.finish(engine -> engine.deliveries().cancelAll(endpoint));
  }

  @Override
  public int replayFailed(String id, Instant since) {
    long endpoint = row(id).id();
    long millis = Checks.time("since", since).toEpochMilli();
    return views.finish(
        engine ->
            engine
                .tasks()
                .run(TaskKind.RECOVER, new TaskOrder(endpoint, millis, engine.millis() + 1))
                .thenApply(task -> Math.toIntExact(TaskData.of(task).changed())));
  }

  @Override
  public Attempt test(String id, NewMessage message) {
    long endpoint = row(id).id();
    views.types().require(message.type());
    SendRequest request = SendRequests.forTest(message, application, payloads);
    return views.attempt(
        views.finish(engine -> engine.deliveries().test(request, endpoint)),
        application,
        new Views.Sent(request.type(), null));
  }

  @Override
  public List<Attempt> attempts(String id, int limit) {
    Checks.within("limit", limit, RequestRules.LIBRARY_PAGE);
    EndpointRow endpoint = row(id);
    AttemptQuery query =
        new AttemptQuery(endpoint.id(), 0, PageRequest.newest(limit), AttemptFilter.NONE);
    Map<Long, Views.Sent> messages = new HashMap<>();
    return views.read(engine -> engine.store(application).attempts(query)).rows().stream()
        .map(row -> views.attempt(row, application, sent(row.message(), messages)))
        .toList();
  }

  private Views.Sent sent(long message, Map<Long, Views.Sent> known) {
    return known.computeIfAbsent(message, id -> views.sent(application, id));
  }
}
