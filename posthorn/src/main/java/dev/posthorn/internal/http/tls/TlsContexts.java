package dev.posthorn.internal.http.tls;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.fair.FairExecutor;
import dev.posthorn.internal.fair.Shares;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.TlsIdentity;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The TLS contexts of one transport: one for most connections, and one for each recently used
 * {@link TlsIdentity}; and the few threads for expensive TLS work.
 *
 * <p>The threads create contexts, because reading keys and certificates takes milliseconds, and run
 * the steps of handshakes ({@link HandshakeSteps}), in turn by owner. A limited number of contexts
 * is kept, at most half of them for one group. An evicted context is freed when its last connection
 * has closed: connections retain it too.
 */
public final class TlsContexts implements AutoCloseable {
  /**
   * Maximum number of contexts, each of which takes 10 to 25 KB, and its sessions some more; the
   * least recently used ones are evicted, and created again when needed.
   */
  static final int KEPT = 512;

  /** Number of threads; one group uses at most half of them, another one a quarter. */
  private static final int THREADS = Math.max(4, Runtime.getRuntime().availableProcessors());

  /** Maximum number of steps and contexts that may wait for a thread. */
  private static final int PLACES = 8_192;

  private final HttpTransportOptions options;
  private final Tls.Trust trust;
  private final Map<Offer, SslContext> shared = new HashMap<>();
  private final int kept;
  private final int keptOfOne;
  private final FairExecutor threads =
      new FairExecutor("posthorn-tls", Shares.ofGroups(THREADS), Shares.ofGroups(PLACES));
  private final LinkedHashMap<Wanted, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  /** Key of a context of an endpoint with its own TLS settings. */
  record Wanted(TlsIdentity identity, Offer offer) {}

  /** Waiting request for a context, notified on its loop. */
  record Waiter(
      Owner owner, Channel channel, Consumer<SslContext> ready, Consumer<Throwable> failed) {}

  /** A context that exists or is being created. */
  private static final class Entry {
    final Object group;
    final Set<Owner> owners = new HashSet<>();
    final List<Waiter> waiting = new ArrayList<>();
    @Nullable SslContext context;
    boolean making;
    boolean evicted;

    Entry(Object group) {
      this.group = group;
    }
  }

  public TlsContexts(HttpTransportOptions options) {
    this(options, KEPT);
  }

  TlsContexts(HttpTransportOptions options, int kept) {
    this.options = options;
    this.kept = kept;
    this.keptOfOne = Math.ceilDiv(kept, 2);
    this.trust = Tls.Trust.of(options.trustedCertificates());
    shared.put(Offer.of(options), Tls.shared(options, trust));
  }

  /**
   * Creates the handler that secures a channel. Must be called on the channel's loop, and calls
   * back there: immediately if possible; not at all if the channel is closed by then.
   *
   * @param steps executor of expensive steps
   */
  public void secure(
      TlsPeer peer,
      Offer offer,
      HandshakeSteps steps,
      Consumer<SslHandler> ready,
      Consumer<Throwable> failed) {
    Channel channel = steps.channel();
    TlsIdentity identity = peer.identity();
    Waiter waiter =
        new Waiter(
            steps.owner(),
            channel,
            context -> ready.accept(Tls.handler(context, channel.alloc(), peer, steps)),
            failed);
    if (identity == null) {
      tell(waiter, shared(offer));
    } else {
      use(new Wanted(identity, offer), waiter);
    }
  }

  /** Returns the executor for the handshake of a channel. */
  public HandshakeSteps steps(Owner owner, Channel channel) {
    return new HandshakeSteps(threads, owner, channel);
  }

  /** Begins a handshake that leads nowhere: so the next one has all classes that it needs. */
  public void warmUp(Offer offer) {
    TlsPeer nobody = new TlsPeer("localhost", 443, false, null);
    EmbeddedChannel channel = new EmbeddedChannel();
    try {
      channel
          .pipeline()
          .addLast(Tls.handler(shared(offer), channel.alloc(), nobody, Runnable::run));
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  private synchronized SslContext shared(Offer offer) {
    return shared.computeIfAbsent(offer, made -> Tls.shared(made.in(options), trust));
  }

  /** Passes the context of an identity to a waiter, which may use it only during the callback. */
  void use(Wanted wanted, Waiter waiter) {
    SslContext context;
    try {
      context = find(wanted, waiter);
    } catch (IllegalStateException | RejectedExecutionException e) {
      waiter.failed.accept(e);
      return;
    }
    if (context != null) {
      tellAndRelease(waiter, context);
    }
  }

  /**
   * Returns a context that the caller must release, or null if the waiter is notified later.
   *
   * @throws IllegalStateException if the transport is closed
   */
  private synchronized @Nullable SslContext find(Wanted wanted, Waiter waiter) {
    if (closed) {
      throw new IllegalStateException("the transport was closed");
    }
    Entry known = entries.get(wanted);
    if (known != null && known.context != null) {
      return ReferenceCountUtil.retain(known.context);
    }
    Entry entry = known == null ? new Entry(waiter.owner.group()) : known;
    if (entry.owners.add(waiter.owner)) { // the owner who gets its turn first creates it for all
      threads.execute(waiter.owner, () -> make(wanted, entry));
    }
    if (known == null) {
      makeRoom(entry.group);
      entries.put(wanted, entry);
    }
    entry.waiting.add(waiter);
    return null;
  }

  private void makeRoom(Object group) {
    List<Wanted> own = new ArrayList<>();
    entries.forEach(
        (wanted, entry) -> {
          if (entry.group.equals(group)) {
            own.add(wanted);
          }
        });
    if (own.size() >= keptOfOne) {
      drop(Objects.requireNonNull(entries.remove(own.getFirst())));
    } else if (entries.size() >= kept) {
      drop(entries.pollFirstEntry().getValue());
    }
  }

  private static void drop(Entry entry) {
    entry.evicted = true;
    ReferenceCountUtil.release(entry.context);
  }

  private void make(Wanted wanted, Entry entry) {
    if (!begin(wanted, entry)) {
      return;
    }
    try {
      made(entry, Tls.own(wanted.offer.in(options), trust, wanted.identity));
    } catch (Throwable e) { // otherwise the waiters would wait forever
      List<Waiter> waiting;
      synchronized (this) {
        entries.remove(wanted, entry);
        waiting = List.copyOf(entry.waiting);
      }
      waiting.forEach(waiter -> onLoop(waiter, () -> waiter.failed.accept(e)));
    }
  }

  /** Returns whether a waiter still needs the context, and no thread is creating it. */
  private synchronized boolean begin(Wanted wanted, Entry entry) {
    if (entry.making) {
      return false;
    }
    entry.making = entry.waiting.stream().anyMatch(waiter -> waiter.channel.isActive());
    if (!entry.making) {
      entries.remove(wanted, entry);
    }
    return entry.making;
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
      if (!onLoop(waiter, () -> tellAndRelease(waiter, context))) {
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

  private static void tellAndRelease(Waiter waiter, SslContext context) {
    try {
      tell(waiter, context);
    } finally {
      ReferenceCountUtil.release(context);
    }
  }

  private static void tell(Waiter waiter, SslContext context) {
    if (waiter.channel.isActive()) {
      try {
        waiter.ready.accept(context);
      } catch (Throwable e) { // otherwise the handshake would silently never begin
        waiter.failed.accept(e);
      }
    }
  }

  /** Returns the number of cached contexts of endpoints with their own TLS settings. */
  synchronized int size() {
    return entries.size();
  }

  /**
   * Releases the contexts of endpoints with their own TLS settings; each is freed with its last
   * connection.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      entries.values().forEach(TlsContexts::drop);
      entries.clear();
    }
    threads.close();
  }
}
