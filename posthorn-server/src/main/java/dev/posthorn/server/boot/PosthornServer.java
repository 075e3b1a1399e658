package dev.posthorn.server.boot;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.fair.FairExecutor;
import dev.posthorn.internal.fair.Shares;
import dev.posthorn.internal.http.loop.FileDescriptors;
import dev.posthorn.internal.inbox.OpenInbox;
import dev.posthorn.internal.runtime.EngineAssembly;
import dev.posthorn.internal.runtime.LocalRuntime;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.server.admin.AdminApi;
import dev.posthorn.server.admin.AdminToken;
import dev.posthorn.server.admin.ConsoleLinks;
import dev.posthorn.server.admin.Readiness;
import dev.posthorn.server.admin.ServerMetrics;
import dev.posthorn.server.api.Api;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.message.AcceptanceListener;
import dev.posthorn.server.auth.FailedAttempts;
import dev.posthorn.server.auth.Jwts;
import dev.posthorn.server.auth.TokenAuthenticator;
import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.endpointalert.EndpointAlerts;
import dev.posthorn.server.http.Cors;
import dev.posthorn.server.http.HttpListener;
import dev.posthorn.server.operationalwebhook.OperationalEvents;
import dev.posthorn.server.outbound.Poster;
import dev.posthorn.server.tracing.Tracing;
import dev.posthorn.server.tracing.TracingOptions;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.transport.OwnListeners;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A running server: the admin listener, then the engine, then the HTTP API. They start in that
 * order and stop in the opposite one. Thread-safe.
 */
public final class PosthornServer implements AutoCloseable {
  private static final long WAIT_MILLIS = 10_000;
  private static final long HTTP_GRACE_MILLIS = 2_000;

  /**
   * The maximum number of requests in progress: half of them for one environment, a quarter for one
   * application.
   */
  private static final int WORKERS = 16;

  /**
   * The maximum number of waiting requests: half of them for one environment, a quarter for one
   * application.
   */
  private static final int WAITING = 4_096;

  private static final int ADMIN_WORKERS = 2;
  private static final long WORK_GRACE_MILLIS = 10_000;
  private final ServerOptions options;
  private final Parts parts = new Parts();
  private final CountDownLatch opened = new CountDownLatch(1);
  private final Readiness readiness = new Readiness();
  private final OwnListeners listeners = new OwnListeners();
  private final AdminToken adminToken = new AdminToken();
  private EngineRuntime runtime;
  private long openedAt;
  private Engine engine;
  private HttpListener listener;
  private volatile @Nullable HttpListener adminFront;
  private volatile @Nullable ServerMetrics metrics;
  private volatile @Nullable ConsoleLinks links;
  private volatile boolean quiet = true;
  private volatile boolean stopping;
  private volatile boolean failed;

  /**
   * Starts a server; it accepts requests when this returns.
   *
   * @throws RuntimeException if a file or listener cannot be opened; nothing is left open
   */
  public static PosthornServer start(ServerOptions options) {
    PosthornServer server = new PosthornServer(options);
    server.open();
    return server;
  }

  @SuppressWarnings("NullAway.Init") // open() sets the parts, or nobody gets the server
  PosthornServer(ServerOptions options) {
    this.options = options;
  }

  /**
   * Opens everything. Waits as long as another process has the store open, unless {@link #stop} is
   * called meanwhile.
   *
   * @throws StoppedException if that was called
   * @throws RuntimeException if a file or listener cannot be opened; nothing is left open
   */
  void open() {
    boolean done = false;
    try {
      openParts();
      done = true;
    } catch (RuntimeException e) {
      parts.close();
      throw stopping && !(e instanceof StoppedException) ? new StoppedException(e) : e;
    } finally {
      failed = !done && !stopping;
      opened.countDown();
    }
  }

  /** Returns whether the start failed, and not because the server was stopped. */
  boolean hasFailed() {
    return failed;
  }

  /** Returns whether the start is complete, or was before the server was stopped. */
  boolean hasStarted() {
    return readiness.engine() != null;
  }

  private void openParts() {
    LocalRuntime.prepare(options.store(), options.manner().tempFolder());
    InetSocketAddress adminListen = options.access().adminListen();
    if (adminListen != null) {
      openAdmin(adminListen);
    }
    int port = options.access().listen().getPort();
    if (port != 0) { // known before anything is delivered
      listeners.add(port);
    }
    engine = openEngine();
    Path file = options.database();
    if (adminListen != null && file != null) { // it is open, so no other server's token lies there
      adminToken.write(file);
      parts.push(() -> adminToken.remove(file));
    }
    EndpointAlerts alerts = openAlerts();
    OpenInbox inbox = openInbox();
    AcceptanceListener traces = openTraces();
    FairExecutor workers =
        new FairExecutor("posthorn-api", Shares.ofMembers(WORKERS), Shares.ofMembers(WAITING));
    parts.push(() -> workers.close(WORK_GRACE_MILLIS));
    String secret = options.access().jwtSecret();
    TokenAuthenticator authenticator =
        new TokenAuthenticator(
            engine,
            secret == null ? null : new Jwts(secret),
            Clock.system(),
            options.manner().failedAuthLimit());
    Cors cors = options.manner().cors();
    ApiSupport support = new ApiSupport(engine, WAIT_MILLIS, options.manner().strict());
    ConsoleParts console = new ConsoleParts(engine, options, authenticator, () -> listener);
    Api.Portal portal =
        new Api.Portal(cors.frames(), options.manner().portal(), new Poster(runtime));
    Api api = new Api(support, traces, portal, this::publicUrl, console.forApi());
    listener =
        new HttpListener(
            HttpOptions.of(options.access().listen(), options.access().tls()),
            options.limits().fitting(FileDescriptors.now().forClients()),
            authenticator,
            new HttpListener.Service(api.operations(), workers::execute, cors));
    listen(Setting.LISTEN, () -> listener.listen(loops()));
    listeners.add(listener.port());
    alerts.begin(); // their links need the port
    parts.push(() -> listener.close(Math.min(HTTP_GRACE_MILLIS, options.manner().closeMillis())));
    console.start(api, parts);
    links = console.links(this::publicUrl);
    ServerMetrics made = new ServerMetrics(engine, listener, authenticator, inbox, alerts.counts());
    parts.push(made::close);
    metrics = made;
    readiness.ready(engine);
    parts.push(
        runtime.store()::leave); // first: others deliver while requests in progress are answered
  }

  /** Returns the maker of links to the console, or null before the engine has started. */
  public @Nullable ConsoleLinks consoleLinks() {
    return links;
  }

  /** Opens the admin listener first, so that probes can see a slow start. */
  private void openAdmin(InetSocketAddress listen) {
    FairExecutor workers =
        new FairExecutor(
            "posthorn-admin",
            Shares.ofGroups(2 * ADMIN_WORKERS), // all of them are one owner's, which has half
            Shares.ofGroups(2 * AdminApi.WAITING));
    parts.push(() -> workers.close(WORK_GRACE_MILLIS));
    AdminApi api =
        new AdminApi(readiness, () -> metrics, () -> links, options.access().adminHosts());
    String given = options.access().adminToken();
    List<String> tokens =
        given == null ? List.of(adminToken.text()) : List.of(adminToken.text(), given);
    HttpListener made =
        new HttpListener(
            HttpOptions.of(listen, options.access().adminTls()),
            AdminApi.LIMITS,
            AdminApi.gate(
                tokens,
                new FailedAttempts(Clock.system(), options.manner().failedAuthLimit()),
                options.adminTokenSource()),
            new HttpListener.Service(api.operations(), workers::execute));
    listen(Setting.ADMIN_LISTEN, () -> made.listen(1));
    listeners.add(made.port());
    parts.push(() -> made.close(0));
    adminFront = made;
  }

  /** Starts a listener at the address of a setting. */
  private static void listen(Setting where, Runnable listen) {
    try {
      listen.run();
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          where.flag()
              + ": "
              + e.getMessage()
              + "; stop what listens there, or choose another HOST:PORT ("
              + where.variable()
              + ")",
          e);
    }
  }

  private EndpointAlerts openAlerts() {
    OperationalEvents webhooks = new OperationalEvents(engine);
    engine.events().add(webhooks);
    EndpointAlerts alerts =
        EndpointAlerts.start(
            engine, new Poster(runtime), webhooks, options.manner().alerts(), this::publicUrl);
    alerts.startedAfter(openedAt);
    parts.push(alerts::close);
    return alerts;
  }

  private AcceptanceListener openTraces() {
    TracingOptions tracing = options.manner().tracing();
    if (tracing == null) {
      return AcceptanceListener.NONE;
    }
    Tracing traces = Tracing.start(tracing, engine.publicIds());
    engine.events().add(traces);
    parts.addLast(traces::close); // after the engine, which tells of its last attempts
    return traces;
  }

  private @Nullable OpenInbox openInbox() {
    ServerInbox named = options.manner().inbox();
    if (named == null) {
      return null;
    }
    OpenInbox opened = named.open(engine, options.manner().strict());
    parts.push(opened::close);
    opened.start();
    return opened;
  }

  private Engine openEngine() {
    Engine started;
    try {
      started =
          EngineAssembly.of(options.store())
              .tempFolder(options.manner().tempFolder())
              .waiting(this::goesOnWaiting)
              .around(this::noteOpened)
              .transport(transport())
              .options(options.engine())
              .formats(
                  Map.of(
                      StandardWireFormat.NAME,
                      new StandardWireFormat(options.manner().svixHeaders())))
              .keyring(options.keyring())
              .start();
    } catch (Keyring.KeyringException e) {
      throw new BadSettingException(
          Setting.SECRET_KEY.flag()
              + ": a secret in the database is encrypted with another key; give the key that the"
              + " database was used with before (during a rotation both: 2:NEW,1:OLD)",
          e);
    }
    parts.push(() -> quiet = started.close(options.manner().closeMillis()));
    return started;
  }

  private boolean goesOnWaiting(String obstacle, Duration waited) {
    readiness.waiting(obstacle);
    return !stopping;
  }

  private EngineRuntime noteOpened(EngineRuntime made) {
    if (stopping) {
      throw new StoppedException(null); // whoever gets the runtime closes it
    }
    runtime = made;
    openedAt = System.currentTimeMillis();
    readiness.opened(made.store());
    return made;
  }

  /**
   * Returns options that never deliver to this server's own listeners, whatever URL an endpoint
   * has.
   */
  private HttpTransportOptions transport() {
    HttpTransportOptions given = options.transport();
    return given.toBuilder().addresses(given.addresses().except(listeners)).build();
  }

  private static int loops() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  /** Returns the URL of the API. */
  public String url() {
    return url(scheme(), listener.address());
  }

  private String scheme() {
    return options.access().tls() == null ? "http" : "https";
  }

  /**
   * Returns the base of links for browsers: the configured URL or the listener's, never a value
   * from a request.
   */
  private String publicUrl() {
    String given = options.access().publicUrl();
    if (given != null) {
      return given;
    }
    InetAddress listen = options.access().listen().getAddress();
    boolean everywhere = listen != null && listen.isAnyLocalAddress();
    return everywhere ? url(scheme(), new InetSocketAddress("localhost", listener.port())) : url();
  }

  /** Returns the URL of the admin listener, or null if there is none. */
  public @Nullable String adminUrl() {
    HttpListener admin = adminFront;
    return admin == null
        ? null
        : url(options.access().adminTls() == null ? "http" : "https", admin.address());
  }

  private static String url(String scheme, InetSocketAddress address) {
    String host = address.getHostString();
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return scheme + "://" + shown + ":" + address.getPort();
  }

  /** Returns whether another process has taken over the store. */
  boolean isFenced() {
    Engine started = readiness.engine();
    return started != null && started.condition().isFenced();
  }

  /** Returns the engine. */
  public Engine engine() {
    return engine;
  }

  /**
   * Stops the server: it reports that it is not ready, refuses new requests, answers those in
   * progress, waits for deliveries in flight, and closes the store. A start that is not complete
   * ends. Does nothing if it is already stopped.
   *
   * @return whether every delivery in flight ended within the grace period
   */
  public boolean stop() {
    stopping = true;
    readiness.stopping();
    awaitOpened();
    readiness.stopping(); // the start may have gone on in between
    parts.close();
    return quiet;
  }

  private void awaitOpened() {
    try {
      opened.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops the server; see {@link #stop}. */
  @Override
  public void close() {
    var unused = stop();
  }
}
