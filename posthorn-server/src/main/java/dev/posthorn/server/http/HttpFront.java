package dev.posthorn.server.http;

import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Listens for requests to some operations, on one socket and several event loops.
 *
 * <p>A client that is slow costs a connection, and that not for long: each connection has to
 * complete the head of a request within a time, whether it is idle or drips, and each body has a
 * deadline ({@link HttpLimits}).
 */
public final class HttpFront {
  private static final long SWEEP_MILLIS = 1_000;

  private final Vertx vertx;
  private final HttpServerOptions options;
  private final HttpLimits limits;
  private final Reception reception;
  private final Traffic traffic = new Traffic();
  private final int group = 1 + (System.identityHashCode(this) >>> 1);
  private final AtomicInteger connections = new AtomicInteger();
  private volatile int port;
  private volatile long grace;
  private @Nullable String deployment;

  /**
   * Creates a front; it does not listen yet.
   *
   * @param vertx whose event loops it uses
   * @param options where it listens, and TLS
   * @param limits what a client may cost
   * @param gatekeeper decides who may come in
   * @param operations what there is, for whose pages, and the threads for what may wait
   */
  public HttpFront(
      Vertx vertx,
      HttpServerOptions options,
      HttpLimits limits,
      Gatekeeper gatekeeper,
      Service operations) {
    this.vertx = vertx;
    this.options =
        options
            .setMaxHeaderSize(limits.headerBytes())
            .setMaxInitialLineLength(limits.headerBytes())
            // Connections, not streams, are what limits count.
            .setHttp2ClearTextEnabled(false)
            .setDecompressionSupported(false)
            // There are no web sockets; their handlers would see every request.
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setReuseAddress(true);
    this.limits = limits;
    this.reception = new Reception(operations, gatekeeper, limits, traffic);
  }

  /**
   * What a front offers.
   *
   * @param operations the operations
   * @param workers runs those that may wait; its queue is bounded
   * @param cors the pages of other origins that may use them
   */
  public record Service(List<Operation> operations, Executor workers, Cors cors) {
    /** Creates a service that pages of other origins cannot use. */
    public Service(List<Operation> operations, Executor workers) {
      this(operations, workers, Cors.NONE);
    }
  }

  /**
   * Begins to listen on so many event loops.
   *
   * @throws IllegalStateException if the address cannot be listened on
   */
  public HttpFront listen(int loops) {
    try {
      deployment =
          vertx
              .deployVerticle(
                  Instance::new, new DeploymentOptions().setInstances(Math.max(1, loops)))
              .toCompletionStage()
              .toCompletableFuture()
              .join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "cannot listen on "
              + options.getHost()
              + ":"
              + options.getPort()
              + ": "
              + (e.getCause() == null ? e : e.getCause()).getMessage(),
          e);
    }
    return this;
  }

  /** Returns the port it listens on. */
  public int port() {
    return port;
  }

  /** Returns how many connections are open. */
  public int connections() {
    return connections.get();
  }

  /** Returns the counts of what passed through. */
  public Traffic traffic() {
    return traffic;
  }

  /** Stops listening; requests under way have so long to get their answers. */
  public void close(long graceMillis) {
    if (deployment != null) {
      grace = graceMillis;
      vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
      deployment = null;
    }
  }

  /** The listener of one event loop. */
  private final class Instance extends VerticleBase {
    private final Map<HttpConnection, Long> lastHead = new HashMap<>();
    private @Nullable HttpServer server;

    @Override
    public Future<?> start() {
      server =
          vertx
              .createHttpServer(new HttpServerOptions(options))
              .connectionHandler(this::connected)
              .invalidRequestHandler(this::invalid)
              .requestHandler(this::requested);
      vertx.setPeriodic(SWEEP_MILLIS, tick -> sweep());
      return server.listen(socket()).onSuccess(listening -> port = listening.actualPort());
    }

    /**
     * All loops listen on the same port, also if any free one will do; other fronts on another one.
     */
    private SocketAddress socket() {
      return options.getPort() == 0
          ? SocketAddress.sharedRandomPort(group, options.getHost())
          : SocketAddress.inetSocketAddress(options.getPort(), options.getHost());
    }

    @Override
    public Future<?> stop() {
      return server == null
          ? Future.succeededFuture()
          : server.shutdown(grace, TimeUnit.MILLISECONDS);
    }

    private void connected(HttpConnection connection) {
      if (connections.incrementAndGet() > limits.connections()) {
        connections.decrementAndGet();
        traffic.turnedAway();
        close(connection);
        return;
      }
      lastHead.put(connection, System.nanoTime());
      connection.closeHandler(
          closed -> {
            lastHead.remove(connection);
            connections.decrementAndGet();
          });
    }

    private void requested(HttpServerRequest request) {
      HttpConnection connection = request.connection();
      // While a request is worked on, its connection is not idle.
      lastHead.put(connection, Long.MAX_VALUE);
      request.response().endHandler(done -> answered(connection));
      reception.handle(request);
    }

    private void answered(HttpConnection connection) {
      if (lastHead.containsKey(connection)) {
        lastHead.put(connection, System.nanoTime());
      }
    }

    private void invalid(HttpServerRequest request) {
      reception.refuse(
          request,
          request.decoderResult().cause() instanceof TooLongFrameException
              ? ApiError.of(
                  431,
                  "head_too_large",
                  "the request's head is larger than the "
                      + limits.headerBytes()
                      + " bytes that are accepted")
              : ApiError.badRequest("this is not an HTTP request"));
    }

    private void sweep() {
      long oldest = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(limits.idleMillis());
      List.copyOf(lastHead.entrySet()).stream()
          .filter(entry -> entry.getValue() != Long.MAX_VALUE && entry.getValue() - oldest < 0)
          .forEach(entry -> close(entry.getKey()));
    }
  }

  /** Closes a connection; with no time at all Vert.x would leave an idle one open. */
  static void close(HttpConnection connection) {
    var unused = connection.shutdown(1, TimeUnit.MILLISECONDS);
  }

  /** Returns the address that it listens on. */
  public InetSocketAddress address() {
    return new InetSocketAddress(options.getHost(), port);
  }
}
