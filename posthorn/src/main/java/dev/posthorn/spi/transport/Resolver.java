package dev.posthorn.spi.transport;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Finds the addresses of a host. */
@FunctionalInterface
public interface Resolver {

  /**
   * Looks up all addresses of {@code host}, preferred ones first.
   *
   * <p>Called on an event loop: it must not block. The transport looks a host up once for all
   * exchanges that wait for it, caches the answer for {@code HttpTransportOptions.dnsCacheTime()},
   * and never looks up a host that is an address already.
   *
   * @return a stage that may complete on any thread, and completes exceptionally if the host is
   *     unknown
   */
  CompletionStage<List<InetAddress>> resolve(String host);
}
