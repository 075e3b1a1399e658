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
 * The production transport: HTTP/1.1 and HTTP/2 over Netty, with the threads it runs on.
 *
 * <p>Each event loop has its own connections, so nothing is shared and nothing is locked. Idle
 * connections are kept for less time than common servers keep theirs, so that a request is rarely
 * sent into a connection that the server is closing. If that happens, the exchange fails; it is not
 * sent again unless the receiver cannot have read all of it.
 */
public final class HttpTransport implements Transport {
  private final NettyTransport netty;

  private HttpTransport(NettyTransport netty) {
    this.netty = netty;
  }

  /**
   * Opens a transport and starts its threads.
   *
   * @throws IllegalArgumentException if the options name a certificate file that cannot be read
   * @throws dev.posthorn.PosthornException with INVALID if the Netty on the class path is too old,
   *     or of several versions
   */
  public static HttpTransport open(HttpTransportOptions options) {
    return new HttpTransport(NettyTransport.open(options));
  }

  @Override
  public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
    netty.exchange(loop, request, done);
  }

  @Override
  public int connections() {
    return netty.connections();
  }

  /**
   * Returns the threads: {@link #exchange} takes its loops. Closing the scheduler ends the
   * transport; close the transport first.
   */
  public Scheduler scheduler() {
    return netty.scheduler();
  }

  /** Returns the number of connections that are open or being opened. */
  public int openConnections() {
    return netty.openConnections();
  }

  @Override
  public void close() {
    netty.close();
  }
}
