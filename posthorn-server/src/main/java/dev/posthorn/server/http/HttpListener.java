package dev.posthorn.server.http;

import dev.posthorn.spi.runtime.Owner;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves operations over HTTP, on one socket and several event loops.
 *
 * <p>A slow client occupies only a connection, and only for a limited time: each connection must
 * complete a request head in time, each body has a deadline, and clients must read their answers
 * ({@link HttpLimits}). The listener prepares no answer for a client that has not read the previous
 * one. Each listener has its own event loops, so that flooding one does not affect others.
 */
public final class HttpListener {
  private static final long SWEEP_MILLIS = 1_000;

  private static final int SEND_BUFFER = 64 << 10;
  private static final long HANDSHAKE_SECONDS = 10;

  private final HttpServerOptions options;
  private final HttpLimits limits;
  private final RequestDispatcher dispatcher;
  private final RequestMetrics metrics = new RequestMetrics();
  private final int group = 1 + (System.identityHashCode(this) >>> 1);
  private final Connections connections;
  private volatile int port;
  private volatile long grace;
  private @Nullable Vertx vertx;
  private @Nullable String deployment;

  /**
   * Creates a listener that does not listen yet.
   *
   * @param options address, port and TLS
   * @param limits the limits on clients
   * @param authenticator authenticates requests
   * @param operations the operations, their worker threads and the allowed origins
   */
  public HttpListener(
      HttpServerOptions options,
      HttpLimits limits,
      Authenticator authenticator,
      Service operations) {
    this.options =
        options
            .setMaxHeaderSize(limits.headerBytes())
            .setMaxInitialLineLength(limits.headerBytes())
            // HTTP/1.1 alone: connections, not streams, are what limits count.
            .setUseAlpn(false)
            .setHttp2ClearTextEnabled(false)
            .setDecompressionSupported(false)
            // The server has no WebSockets; their handlers would see every request.
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            // The kernel's buffers for clients that do not read are memory, too, and shared by all.
            .setSendBufferSize(SEND_BUFFER)
            .setReuseAddress(true);
    if (options.isSsl()) {
      setTls(options);
    }
    this.limits = limits;
    this.connections = new Connections(limits, metrics);
    this.dispatcher = new RequestDispatcher(operations, authenticator, limits, metrics);
  }

  /**
   * Limits each connection to one handshake, which costs the server more than the client: BoringSSL
   * supports no renegotiation, and neither does TLS 1.3, the only version offered when just the
   * JDK's TLS is available.
   */
  private static void setTls(HttpServerOptions options) {
    options.setSslHandshakeTimeout(HANDSHAKE_SECONDS).setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
    if (OpenSsl.isAvailable()) {
      options.setSslEngineOptions(new OpenSSLEngineOptions());
    } else {
      options
          .setSslEngineOptions(new JdkSSLEngineOptions())
          .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
    }
  }

  /** Runs blocking tasks, fairly by owner. */
  @FunctionalInterface
  public interface Workers {
    /**
     * Runs a task.
     *
     * @throws RejectedExecutionException if too many tasks of the owner are waiting
     */
    void execute(Owner owner, Runnable task);
  }

  /**
   * The operations that a listener serves.
   *
   * @param operations the operations
   * @param workers runs blocking operations
   * @param cors the other origins whose pages may use them
   */
  public record Service(List<Operation> operations, Workers workers, Cors cors) {
    /** Creates a service without other origins. */
    public Service(List<Operation> operations, Workers workers) {
      this(operations, workers, Cors.NONE);
    }
  }

  /**
   * Starts listening, with its own event loops.
   *
   * @throws IllegalStateException if it cannot listen on the address
   */
  public HttpListener listen(int loops) {
    Vertx made =
        Vertx.builder()
            .with(options(loops))
            .withTransport(WatchedTransport.best(connections))
            .build();
    vertx = made;
    try {
      deployment =
          wait(made.deployVerticle(Instance::new, new DeploymentOptions().setInstances(loops)));
    } catch (CompletionException e) {
      close(0);
      throw new IllegalStateException(
          "cannot listen on "
              + options.getHost()
              + ":"
              + options.getPort()
              + ": "
              + (e.getCause() == null ? e : e.getCause()).getMessage(),
          e);
    }
    made.setPeriodic(SWEEP_MILLIS, tick -> connections.sweep());
    return this;
  }

  /**
   * Disables Vert.x's file cache, which would create a temporary directory: no files are served.
   */
  private static VertxOptions options(int loops) {
    return new VertxOptions()
        .setEventLoopPoolSize(loops)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setClassPathResolvingEnabled(false)
                .setFileCachingEnabled(false));
  }

  private static <T> T wait(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  /** Returns the port that the listener is bound to. */
  public int port() {
    return port;
  }

  /** Returns the number of open connections. */
  public int connections() {
    return connections.count();
  }

  /** Returns the bytes of bodies and answers in memory. */
  public long heldBytes() {
    return connections.room().held();
  }

  /** Returns the metrics of requests and connections. */
  public RequestMetrics metrics() {
    return metrics;
  }

  /** Stops listening; active requests get the grace period to complete. */
  public void close(long graceMillis) {
    Vertx used = vertx;
    if (used == null) {
      return;
    }
    vertx = null;
    grace = graceMillis;
    if (deployment != null) {
      var unused = wait(used.undeploy(deployment));
    }
    var unused = wait(used.close());
  }

  /** The listener of one event loop. */
  private final class Instance extends VerticleBase {
    private final Map<HttpConnection, ClientConnection> clients = new HashMap<>();
    private @Nullable HttpServer server;

    @Override
    public Future<?> start() {
      server =
          vertx
              .createHttpServer(new HttpServerOptions(options))
              .connectionHandler(this::connected)
              .invalidRequestHandler(this::invalid)
              .requestHandler(this::requested);
      return server.listen(socket()).onSuccess(listening -> port = listening.actualPort());
    }

    /**
     * Returns an address that all event loops of this listener share, even for port 0, where each
     * listener gets a different free port.
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
      Channel channel = ((ConnectionBase) connection).channel();
      clients.put(connection, ClientConnection.of(channel));
      ChannelHandlerContext decoder = channel.pipeline().context(HttpRequestDecoder.class);
      channel.pipeline().addAfter(decoder.name(), null, new RequestFraming());
      connection.closeHandler(closed -> clients.remove(connection));
    }

    private void requested(HttpServerRequest request) {
      ClientConnection client = clients.get(request.connection());
      if (client == null) {
        return; // already closed
      }
      client.begin();
      if (client.isBehind()) {
        request.pause();
        client.whenRead(() -> dispatcher.handle(request, client)); // resumes the request
      } else {
        dispatcher.handle(request, client);
      }
    }

    private void invalid(HttpServerRequest request) {
      ClientConnection client = clients.get(request.connection());
      if (client == null) {
        return; // already closed
      }
      client.begin();
      dispatcher.refuse(request, client, refusal(request.decoderResult().cause()));
    }

    private ApiError refusal(Throwable cause) {
      if (cause instanceof ApiError error) {
        return error;
      }
      return cause instanceof TooLongFrameException
          ? ApiError.of(
              431,
              "head_too_large",
              "the request head is larger than the limit of " + limits.headerBytes() + " bytes")
          : ApiError.badRequest("this is not an HTTP request");
    }
  }

  /** Closes a connection; with a timeout of 0, Vert.x would leave an idle one open. */
  static void close(HttpConnection connection) {
    var unused = connection.shutdown(1, TimeUnit.MILLISECONDS);
  }

  /** Returns the address that the listener is bound to. */
  public InetSocketAddress address() {
    return new InetSocketAddress(options.getHost(), port);
  }
}
