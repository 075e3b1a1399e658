package dev.posthorn.server.serve;

import dev.posthorn.engine.Engine;
import dev.posthorn.engine.Seams;
import dev.posthorn.scheduler.Clock;
import dev.posthorn.server.api.Api;
import dev.posthorn.server.api.Desk;
import dev.posthorn.server.auth.Doorman;
import dev.posthorn.server.auth.Jwts;
import dev.posthorn.server.http.HttpFront;
import dev.posthorn.server.operational.OperationalEvents;
import dev.posthorn.store.Store;
import dev.posthorn.store.sqlite.SqliteOptions;
import dev.posthorn.store.sqlite.SqliteStore;
import dev.posthorn.transport.http.HttpTransport;
import dev.posthorn.wire.StandardWireFormat;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A running server: store, transport, engine and the HTTP API over them, put together in that order
 * and taken apart in the opposite one. Thread-safe.
 */
public final class PosthornServer implements AutoCloseable {
  private static final long WAIT_MILLIS = 10_000;
  private static final long GRACE_MILLIS = 10_000;
  private static final long HTTP_GRACE_MILLIS = 2_000;

  private final Deque<Runnable> parts = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private Engine engine;
  private HttpFront front;

  /**
   * Starts a server; it accepts requests when this returns.
   *
   * @throws RuntimeException if something cannot be opened or listened on; nothing is left open
   */
  public static PosthornServer start(ServerOptions options) {
    PosthornServer server = new PosthornServer();
    try {
      server.open(options);
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  @SuppressWarnings("NullAway.Init") // open() sets the parts, or nobody gets the server
  private PosthornServer() {}

  private void open(ServerOptions options) {
    Store store = SqliteStore.open(options.database(), SqliteOptions.defaults());
    parts.push(store::close);
    HttpTransport transport = HttpTransport.open(options.transport());
    parts.push(transport::close);
    Clock clock = Clock.system();
    engine =
        Engine.start(
            options.engine(),
            new Seams(clock, transport.scheduler(), store, transport),
            new Engine.Means(
                options.keyring(),
                Map.of(StandardWireFormat.NAME, new StandardWireFormat(false)),
                new Random()));
    parts.push(
        () -> {
          var unused = engine.stop(GRACE_MILLIS).join();
        });
    engine.events().add(new OperationalEvents(engine));
    Workers workers = new Workers();
    parts.push(workers::close);
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(loops()).setPreferNativeTransport(true))
            .build();
    parts.push(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
    String secret = options.access().jwtSecret();
    Doorman doorman = new Doorman(engine, secret == null ? null : new Jwts(secret), clock);
    InetSocketAddress listen = options.access().listen();
    front =
        new HttpFront(
                vertx,
                new HttpServerOptions().setHost(listen.getHostString()).setPort(listen.getPort()),
                options.limits(),
                doorman,
                new HttpFront.Service(new Api(new Desk(engine, WAIT_MILLIS)).operations(), workers))
            .listen(loops());
    parts.push(() -> front.close(HTTP_GRACE_MILLIS));
  }

  private static int loops() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  /** Returns the URL that clients use. */
  public String url() {
    InetSocketAddress address = front.address();
    String host = address.getHostString();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** Returns the engine. */
  public Engine engine() {
    return engine;
  }

  /**
   * Stops: accepts no requests, answers those under way, waits for deliveries under way, and closes
   * the file. Closing twice does nothing.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      parts.forEach(Runnable::run);
    }
  }
}
