package dev.posthorn.spi.transport;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Finds the addresses of a host. */
@FunctionalInterface
public interface Resolver {

  /**
   * Looks up all addresses of {@code host}, the ones to prefer first.
   *
   * <p>Called on an event loop: it must not block. The transport asks once for all exchanges that
   * wait for the same host, remembers the answer for {@code HttpTransportOptions.dnsCacheTime()},
   * and never asks for a host that is an address already.
   *
   * @return a stage that may complete on any thread, and completes exceptionally if there is no
   *     such host
   */
  CompletionStage<List<InetAddress>> resolve(String host);
}
