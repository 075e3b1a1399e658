package dev.posthorn.transport.http.internal;

import dev.posthorn.transport.http.Resolver;
import io.netty.channel.EventLoop;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * DNS over Netty: a look-up that hangs costs a few bytes, not a thread. Reads the hosts file and
 * {@code resolv.conf} as the machine has them.
 */
final class NettyResolver implements Resolver, AutoCloseable {

  private static final int QUERY_MILLIS = 2_000;
  private static final int MAX_QUERIES = 12;

  private final DnsNameResolver dns;

  NettyResolver(EventLoop loop, Io io) {
    this(loop, io, DnsServerAddressStreamProviders.platformDefault());
  }

  NettyResolver(EventLoop loop, Io io, DnsServerAddressStreamProvider servers) {
    dns =
        new DnsNameResolverBuilder(loop)
            .datagramChannelType(io.datagram())
            .socketChannelType(io.socket())
            .nameServerProvider(servers)
            // Whoever forges an answer has to guess the port, too.
            .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
            .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
            .queryTimeoutMillis(QUERY_MILLIS)
            .maxQueriesPerResolve(MAX_QUERIES)
            // The address book remembers answers, for all resolvers alike.
            .resolveCache(NoopDnsCache.INSTANCE)
            .build();
  }

  @Override
  public CompletionStage<List<InetAddress>> resolve(String host) {
    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    dns.resolveAll(host)
        .addListener(
            (Future<List<InetAddress>> found) -> {
              if (found.isSuccess()) {
                answer.complete(found.getNow());
              } else {
                answer.completeExceptionally(found.cause());
              }
            });
    return answer;
  }

  @Override
  public void close() {
    dns.close();
  }
}
