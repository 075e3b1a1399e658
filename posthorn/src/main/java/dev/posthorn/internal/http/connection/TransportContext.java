package dev.posthorn.internal.http.connection;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.http.dns.NameFiles;
import dev.posthorn.internal.http.dns.NettyResolver;
import dev.posthorn.internal.http.loop.FileDescriptors;
import dev.posthorn.internal.http.loop.NativeIo;
import dev.posthorn.internal.http.loop.NettyLoop;
import dev.posthorn.internal.http.tls.Offer;
import dev.posthorn.internal.http.tls.TlsContexts;
import dev.posthorn.spi.transport.Resolver;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * State that the loops of one transport share.
 *
 * @param warmUp comes before the first TLS handshake
 * @param open the number of connections that are open or being opened
 * @param connections the maximum number of connections
 * @param lookups the maximum number of concurrent lookups of a loop
 * @param names the files that configure name resolution, or null if a resolver is configured
 */
public record TransportContext(
    HttpTransportOptions options,
    NativeIo io,
    TlsContexts tls,
    WarmUp warmUp,
    ByteBufAllocator alloc,
    AtomicInteger open,
    int connections,
    int lookups,
    @Nullable NameFiles names) {

  /**
   * Page size of the allocator, which makes chunks of 128 KiB (16 pages), since no buffer here
   * should exceed 64 KiB.
   */
  private static final int PAGE = 8 * 1024;

  private static final int ORDER = 4;
  private static final int CACHED = 64;
  private static final int READ_MAX = 64 * 1024;

  /** Limit on the data that the kernel buffers of a response that is not read. */
  private static final int RECEIVE_BUFFER = 64 * 1024;

  private static final int LEAST_LOOKUPS = 8;
  private static final int MOST_LOOKUPS = 8_192;

  public static TransportContext of(HttpTransportOptions options) {
    // Direct memory: for each connection at most 64 KiB waiting to be written and one read of at
    // most 64 KiB; between exchanges none. The arenas keep a few chunks per loop.
    ByteBufAllocator alloc =
        new PooledByteBufAllocator(true, 0, options.loops(), PAGE, ORDER, CACHED, CACHED, false);
    FileDescriptors descriptors = FileDescriptors.now();
    TlsContexts tls = new TlsContexts(options);
    return new TransportContext(
        options,
        NativeIo.best(options.nativeIo()),
        tls,
        new WarmUp(tls, Offer.of(options)),
        alloc,
        new AtomicInteger(),
        Math.min(options.maxConnections(), descriptors.forReceivers()),
        Math.clamp(descriptors.forLookups() / options.loops(), LEAST_LOOKUPS, MOST_LOOKUPS),
        options.resolver() == null ? NameFiles.ofThisMachine(options.resolvConf()) : null);
  }

  @SuppressWarnings("deprecation") // Netty 4.1 has the option under its older name only
  Bootstrap bootstrap(EventLoop loop) {
    return new Bootstrap()
        .group(loop)
        .channel(io.socket())
        .disableResolver()
        .option(ChannelOption.ALLOCATOR, alloc)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
        .option(
            ChannelOption.RCVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(512, 2048, READ_MAX).maxMessagesPerRead(4))
        .option(
            ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, READ_MAX));
  }

  /** Returns the configured resolver, or a new one that runs on {@code loop}. */
  Resolver resolver(NettyLoop loop) {
    return names == null
        ? Objects.requireNonNull(options.resolver())
        : new NettyResolver((EventLoop) loop.executor, io, names);
  }

  /** Returns the current generation of names: answers of an older generation must not be used. */
  IntSupplier generation() {
    NameFiles files = names;
    return files == null ? () -> 0 : () -> files.names().generation();
  }
}
