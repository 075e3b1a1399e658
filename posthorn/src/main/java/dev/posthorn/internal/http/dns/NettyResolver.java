package dev.posthorn.internal.http.dns;

import dev.posthorn.internal.http.loop.Failures;
import dev.posthorn.internal.http.loop.NativeIo;
import dev.posthorn.spi.transport.Resolver;
import io.netty.channel.EventLoop;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * DNS over Netty: a hanging lookup costs a few bytes and a socket, not a thread. Follows the
 * current hosts file and {@code resolv.conf} of the machine.
 *
 * <p>This class tries the names in search domains itself, one after another, because one of those
 * domains may not answer, which says nothing about the name in the next.
 */
public final class NettyResolver implements Resolver {

  /** Timeout of one name server, before the next one is tried. */
  private static final int QUERY_MILLIS = 2_000;

  /** Timeout for a name in a search domain, so that a silent domain leaves time for the others. */
  private static final int SEARCH_QUERY_MILLIS = 1_000;

  private static final int MAX_QUERIES = 12;

  private final NameFiles files;
  private final DnsNameResolver dns;
  private final DnsNameResolver searched;

  public NettyResolver(EventLoop loop, NativeIo io, NameFiles files) {
    this.files = files;
    this.dns = dns(loop, io, files, QUERY_MILLIS);
    this.searched = dns(loop, io, files, SEARCH_QUERY_MILLIS);
  }

  private static DnsNameResolver dns(
      EventLoop loop, NativeIo io, NameFiles files, int queryMillis) {
    return new DnsNameResolverBuilder(loop)
        .datagramChannelType(io.datagram())
        .socketChannelType(io.socket())
        .nameServerProvider(files.servers())
        .authoritativeDnsServerCache(new NoReferrals(files))
        // Random ports, so that forging an answer requires guessing the port too.
        .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
        .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
        .queryTimeoutMillis(queryMillis)
        .maxQueriesPerResolve(MAX_QUERIES)
        // It is asked only for absolute names that are in no hosts file.
        .hostsFileEntriesResolver((name, types) -> null)
        .searchDomains(List.of())
        .ndots(1)
        // DnsCache caches answers, for all resolvers alike.
        .resolveCache(NoopDnsCache.INSTANCE)
        .cnameCache(NoopDnsCnameCache.INSTANCE)
        .build();
  }

  @Override
  public CompletionStage<List<InetAddress>> resolve(String name) {
    String host = name.toLowerCase(Locale.ROOT);
    NameFiles.Names names = files.names();
    List<InetAddress> own = names.hosts().get(host);
    if (own != null) {
      return CompletableFuture.completedStage(own);
    }
    if (Localhost.isNamed(host)) {
      return CompletableFuture.completedStage(Localhost.ADDRESSES);
    }
    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    ask(host, names.resolvConf().questions(host).iterator(), answer);
    return answer;
  }

  private void ask(
      String host, Iterator<String> names, CompletableFuture<List<InetAddress>> answer) {
    String name = names.next();
    boolean isSearched = name.length() > host.length() + 1;
    (isSearched ? searched : dns)
        .resolveAll(name)
        .addListener(
            (Future<List<InetAddress>> found) -> {
              if (found.isSuccess()) {
                answer.complete(found.getNow());
              } else if (names.hasNext() && Failures.lacking(found.cause()) == null) {
                ask(host, names, answer);
              } else {
                answer.completeExceptionally(found.cause());
              }
            });
  }
}
