package dev.posthorn.transport.http;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.file.UnpackFolders;
import dev.posthorn.internal.http.NettyTransport;
import dev.posthorn.internal.http.loop.Natives;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.transport.Transport;

/**
 * The transport of production: HTTP/1.1 and HTTP/2 over Netty, with the threads it runs on.
 *
 * <p>Each event loop has connections of its own, so nothing is shared and nothing locked. Idle
 * connections are kept for less time than common servers keep theirs, so that a request is seldom
 * sent into a connection that is being closed; if one is, the exchange fails and is not sent again
 * by itself, unless the receiver cannot have read all of it.
 */
public interface HttpTransport extends Transport {

  /**
   * Loads native libraries that transports are faster with, if the folder for temporary files is
   * not one to load them from; to be called before anything else of this process loads them.
   */
  static void loadNatives(UnpackFolders folders) {
    Natives.load(folders);
  }

  /**
   * Opens a transport and its threads.
   *
   * @throws IllegalArgumentException if the options name a certificate file that cannot be read
   * @throws dev.posthorn.PosthornException with INVALID if the Netty on the class path is too old,
   *     or of several versions
   */
  static HttpTransport open(HttpTransportOptions options) {
    return NettyTransport.open(options);
  }

  /**
   * Returns the threads: {@link #exchange} takes its loops. Closing the scheduler ends the
   * transport; close the transport first.
   */
  Scheduler scheduler();

  /** Returns how many connections are open or being made. */
  int openConnections();
}
