package dev.posthorn.transport.http.internal;

import dev.posthorn.transport.TlsIdentity;
import dev.posthorn.transport.http.HttpTransportOptions;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The TLS contexts of one transport: one that most connections are made with, and one for each
 * {@link TlsIdentity} that was used of late.
 *
 * <p>Those are made by a thread of their own, which is there only while there is something to make,
 * since reading keys and certificates takes milliseconds. A limited number is kept. One that goes
 * is freed when its last connection has closed: connections hold it too.
 */
final class TlsContexts implements AutoCloseable {
  /**
   * Each takes 10 to 25 KB, and its sessions some more; beyond them, those not used for longest are
   * made again when needed.
   */
  static final int KEPT = 512;

  private final HttpTransportOptions options;
  private final Tls.Trust trust;
  private final SslContext shared;
  private final int kept;
  private final ThreadPoolExecutor maker;
  private final Signers signers = new Signers();
  private final LinkedHashMap<TlsIdentity, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  /** Who waits for a context: told on its loop. */
  record Waiter(Channel channel, Consumer<SslContext> ready, Consumer<Throwable> failed) {}

  /** A context that is made, or being made. */
  private static final class Entry {
    final List<Waiter> waiting = new ArrayList<>();
    @Nullable SslContext context;
    boolean evicted;
  }

  TlsContexts(HttpTransportOptions options) {
    this(options, KEPT);
  }

  TlsContexts(HttpTransportOptions options, int kept) {
    this.options = options;
    this.kept = kept;
    this.trust = Tls.Trust.of(options.trustedCertificates());
    this.shared = Tls.shared(options, trust);
    this.maker =
        new ThreadPoolExecutor(
            0,
            1,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "posthorn-tls");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Makes what secures a channel. Called on the channel's loop, and calls back there: at once if it
   * can; not at all if the channel is closed by then.
   */
  void secure(
      Channel channel,
      Authority authority,
      Consumer<SslHandler> ready,
      Consumer<Throwable> failed) {
    TlsIdentity identity = authority.identity;
    if (identity == null) {
      ready.accept(Tls.handler(shared, channel.alloc(), authority));
      return;
    }
    use(
        identity,
        new Waiter(
            channel,
            context -> ready.accept(Tls.handler(context, channel.alloc(), authority)),
            failed));
  }

  /** Has somebody told of the context of an identity, who has it only while being told. */
  void use(TlsIdentity identity, Waiter waiter) {
    SslContext context;
    try {
      context = find(identity, waiter);
    } catch (IllegalStateException e) {
      waiter.failed.accept(e);
      return;
    }
    if (context != null) {
      tell(waiter, context);
    }
  }

  /**
   * Returns a context that is the caller's to release, or null if the waiter is told later.
   *
   * @throws IllegalStateException if the transport is closed
   */
  private synchronized @Nullable SslContext find(TlsIdentity identity, Waiter waiter) {
    if (closed) {
      throw new IllegalStateException("the transport was closed");
    }
    Entry entry = entries.get(identity);
    if (entry == null) {
      entry = new Entry();
      entries.put(identity, entry);
      evict();
      Entry made = entry;
      maker.execute(() -> make(identity, made));
    } else if (entry.context != null) {
      return ReferenceCountUtil.retain(entry.context);
    }
    entry.waiting.add(waiter);
    return null;
  }

  private void evict() {
    if (entries.size() > kept) {
      drop(entries.pollFirstEntry().getValue());
    }
  }

  private static void drop(Entry entry) {
    entry.evicted = true;
    ReferenceCountUtil.release(entry.context);
  }

  private void make(TlsIdentity identity, Entry entry) {
    try {
      made(entry, Tls.own(options, trust, identity, signers));
    } catch (Throwable e) { // or those that wait would do so for ever
      List<Waiter> waiting;
      synchronized (this) {
        entries.remove(identity, entry);
        waiting = List.copyOf(entry.waiting);
      }
      waiting.forEach(waiter -> onLoop(waiter, () -> waiter.failed.accept(e)));
    }
  }

  private void made(Entry entry, SslContext context) {
    List<Waiter> waiting;
    synchronized (this) {
      entry.context = context;
      waiting = List.copyOf(entry.waiting);
      entry.waiting.clear();
      waiting.forEach(waiter -> ReferenceCountUtil.retain(context));
      if (entry.evicted) {
        ReferenceCountUtil.release(context);
      }
    }
    for (Waiter waiter : waiting) {
      if (!onLoop(waiter, () -> tell(waiter, context))) {
        ReferenceCountUtil.release(context);
      }
    }
  }

  private static boolean onLoop(Waiter waiter, Runnable task) {
    try {
      waiter.channel.eventLoop().execute(task);
      return true;
    } catch (RejectedExecutionException e) { // the loop has ended, and the channel with it
      return false;
    }
  }

  private static void tell(Waiter waiter, SslContext context) {
    try {
      if (waiter.channel.isActive()) {
        waiter.ready.accept(context);
      }
    } finally {
      ReferenceCountUtil.release(context);
    }
  }

  /** Returns whether a handshake waits for a signature of this process. */
  boolean isSigning(SslHandler handler) {
    return signers.isSigning(handler.engine());
  }

  /** Returns how many contexts of endpoints of their own are kept. */
  synchronized int size() {
    return entries.size();
  }

  /** Frees the contexts of endpoints of their own, each with its last connection. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      entries.values().forEach(TlsContexts::drop);
      entries.clear();
    }
    maker.shutdown();
    signers.close();
  }
}
