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
 * Listens for requests to some operations, on one socket and several event loops.
 *
 * <p>A client that is slow costs a connection, and that not for long: each connection has to
 * complete the head of a request within a time, whether it is idle or drips, each body has a
 * deadline, and answers have to be read ({@link HttpLimits}). Nothing is prepared for a client that
 * has yet to read what it was answered. Event loops are a front's own, so that one that is flooded
 * leaves others alone.
 */
public final class HttpListener {
  private static final long SWEEP_MILLIS = 1_000;

  private static final int SEND_BUFFER = 64 << 10;
  private static final long HANDSHAKE_SECONDS = 10;

  private final HttpServerOptions options;
  private final HttpLimits limits;
  private final RequestDispatcher reception;
  private final RequestMetrics traffic = new RequestMetrics();
  private final int group = 1 + (System.identityHashCode(this) >>> 1);
  private final Connections connections;
  private volatile int port;
  private volatile long grace;
  private @Nullable Vertx vertx;
  private @Nullable String deployment;

  /**
   * Creates a front; it does not listen yet.
   *
   * @param options where it listens, and TLS
   * @param limits what a client may cost
   * @param authenticator decides who may come in
   * @param operations what there is, for whose pages, and the threads for what may wait
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
            // There are no web sockets; their handlers would see every request.
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            // What the kernel holds for clients that do not read is memory too, and all share it.
            .setSendBufferSize(SEND_BUFFER)
            .setReuseAddress(true);
    if (options.isSsl()) {
      setTls(options);
    }
    this.limits = limits;
    this.connections = new Connections(limits, traffic);
    this.reception = new RequestDispatcher(operations, authenticator, limits, traffic);
  }

  /**
   * A handshake costs the server more than its client, so each connection has one: BoringSSL knows
   * no renegotiation, and neither does TLS 1.3, which is all that is offered where only the JDK's
   * own TLS is there.
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

  /** Runs what may wait, in turn by whose it is. */
  @FunctionalInterface
  public interface Workers {
    /**
     * Runs a task.
     *
     * @throws RejectedExecutionException if too much of its owner waits
     */
    void execute(Owner owner, Runnable task);
  }

  /**
   * What a front offers.
   *
   * @param operations the operations
   * @param workers runs those that may wait
   * @param cors the pages of other origins that may use them
   */
  public record Service(List<Operation> operations, Workers workers, Cors cors) {
    /** Creates a service that pages of other origins cannot use. */
    public Service(List<Operation> operations, Workers workers) {
      this(operations, workers, Cors.NONE);
    }
  }

  /**
   * Begins to listen on so many event loops of its own.
   *
   * @throws IllegalStateException if the address cannot be listened on
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

  /** Nothing is served from files, so none are copied to a folder for temporary ones. */
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

  /** Returns the port it listens on. */
  public int port() {
    return port;
  }

  /** Returns how many connections are open. */
  public int connections() {
    return connections.count();
  }

  /** Returns how many bytes of bodies and answers are in memory. */
  public long heldBytes() {
    return connections.room().held();
  }

  /** Returns the counts of what passed through. */
  public RequestMetrics traffic() {
    return traffic;
  }

  /** Stops listening; requests under way have so long to get their answers. */
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
      Channel channel = ((ConnectionBase) connection).channel();
      clients.put(connection, ClientConnection.of(channel));
      ChannelHandlerContext decoder = channel.pipeline().context(HttpRequestDecoder.class);
      channel.pipeline().addAfter(decoder.name(), null, new RequestFraming());
      connection.closeHandler(closed -> clients.remove(connection));
    }

    private void requested(HttpServerRequest request) {
      ClientConnection client = clients.get(request.connection());
      if (client == null) {
        return; // it is closed
      }
      client.begin();
      if (client.isBehind()) {
        request.pause();
        client.whenRead(() -> reception.handle(request, client)); // which resumes it
      } else {
        reception.handle(request, client);
      }
    }

    private void invalid(HttpServerRequest request) {
      ClientConnection client = clients.get(request.connection());
      if (client == null) {
        return; // it is closed
      }
      client.begin();
      reception.refuse(request, client, refusal(request.decoderResult().cause()));
    }

    private ApiError refusal(Throwable cause) {
      if (cause instanceof ApiError error) {
        return error;
      }
      return cause instanceof TooLongFrameException
          ? ApiError.of(
              431,
              "head_too_large",
              "the request's head is larger than the "
                  + limits.headerBytes()
                  + " bytes that are accepted")
          : ApiError.badRequest("this is not an HTTP request");
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
