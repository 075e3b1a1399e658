package dev.posthorn.transport.http;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.http.NettyTransport;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import java.util.function.Consumer;

/**
 * The production transport: HTTP/1.1 and HTTP/2 over Netty, with its own threads.
 *
 * <p>Each event loop has its own connections, so nothing is shared and nothing is locked. The
 * transport keeps idle connections for less time than common servers do, so that it rarely sends a
 * request into a connection that the server is closing. If that happens, the exchange fails; the
 * request is not sent again unless the receiver cannot have read all of it.
 */
public final class HttpTransport implements Transport {
  private final NettyTransport netty;

  private HttpTransport(NettyTransport netty) {
    this.netty = netty;
  }

  /**
   * Opens a transport and starts its threads.
   *
   * @throws IllegalArgumentException if a certificate file named by the options cannot be read
   * @throws dev.posthorn.PosthornException with INVALID if the class path has a Netty that is too
   *     old, or several versions of it
   */
  public static HttpTransport open(HttpTransportOptions options) {
    return new HttpTransport(NettyTransport.open(options));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the transport is closed, unless {@code loop} calls
   */
  @Override
  public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
    netty.exchange(loop, request, done);
  }

  @Override
  public int connections() {
    return netty.connections();
  }

  /** Returns the threads, whose loops {@link #exchange} accepts. They end with the transport. */
  public Scheduler scheduler() {
    return netty.scheduler();
  }

  /** Returns the number of open connections and of those being opened. */
  public int openConnections() {
    return netty.openConnections();
  }

  /**
   * Closes all connections and ends all threads. Exchanges in flight end with {@link
   * dev.posthorn.spi.transport.ErrorClass.OwnShortage}.
   */
  @Override
  public void close() {
    netty.close();
  }
}
