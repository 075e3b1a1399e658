package dev.posthorn.internal.http.dns;

import dev.posthorn.internal.fair.Shares;
import dev.posthorn.internal.http.dns.LookupLine.Kind;
import dev.posthorn.internal.http.loop.Failures;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import dev.posthorn.spi.transport.Resolver;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The checked addresses of hosts, for one loop: each host is looked up once for all that wait, and
 * cached for a while; the numbers of concurrent lookups and of cached answers are limited.
 *
 * <p>Known names, new names, and slow or failing ones have separate slots ({@link LookupLine}),
 * shared fairly by application; a lookup of a known or new name that takes long gives its slot up,
 * but its answer is still awaited. So slow names, however many, do not block others. If the server
 * of a known name suddenly becomes slow, its last answer is used for some more minutes, because its
 * addresses were checked. Answers from before a change of the files that configure name resolution
 * are not used.
 */
public final class DnsCache {

  private static final int MAX_KNOWN = 8_192;

  /**
   * Maximum number of waiting lookups; one application may have at most half of each kind, as of
   * all shared resources.
   */
  private static final int MAX_WAITING = 3_072;

  private static final int MAX_SLOW = 1_024;

  /** Maximum number of addresses per host, more than a client would try; all are checked. */
  private static final int MAX_ADDRESSES = 8;

  /** Number of oldest entries among which a bad answer is preferred for eviction over good ones. */
  private static final int LOOKED_AT = 32;

  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
  private static final long FAILURE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

  /**
   * Time for which a name's history is remembered, and its last answer used if there is no other.
   */
  private static final long HISTORY_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Resolver resolver;
  private final IntSupplier generation;
  private final AddressPolicy policy;
  private final Executor loop;
  private final long rememberNanos;
  private final LongSupplier clock;
  private final Map<String, Lookup> lookups = new LinkedHashMap<>();
  private final Map<Kind, LookupLine> lines = new EnumMap<>(Kind.class);

  /**
   * Limits of a cache.
   *
   * @param rememberNanos the time for which an answer is used
   * @param lookups the maximum number of concurrent lookups, including those that gave their slot
   *     up: half of them are for new names, a quarter for known ones
   */
  public record Limits(long rememberNanos, int lookups) {}

  /**
   * Creates an empty cache.
   *
   * @param generation returns another number once older answers must not be used any more
   */
  public DnsCache(
      Resolver resolver,
      IntSupplier generation,
      AddressPolicy policy,
      Executor loop,
      LongSupplier clock,
      Limits limits) {
    this.resolver = resolver;
    this.generation = generation;
    this.policy = policy;
    this.loop = loop;
    this.rememberNanos = limits.rememberNanos;
    int most = limits.lookups;
    this.clock = clock;
    Shares waiting = Shares.ofGroups(MAX_WAITING);
    lines.put(Kind.KNOWN, line(512, most / 4, waiting));
    lines.put(Kind.NEW, line(512, most / 2, waiting));
    lines.put(Kind.SLOW, line(256, most / 4, Shares.ofGroups(MAX_SLOW)));
  }

  private static LookupLine line(int places, int most, Shares waiting) {
    return new LookupLine(Shares.ofGroups(places), Shares.ofGroups(most), waiting);
  }

  /**
   * Notifies {@code asker} once the host's addresses are known, or at once if they are; returns the
   * lookup that it waits for.
   *
   * @param owner the owner whose turn the lookup uses
   */
  public Lookup find(String host, Owner owner, Listener asker, long now) {
    Lookup known = lookups.get(host);
    int present = generation.getAsInt();
    if (known != null && known.isTellable(present, now)) {
      asker.resolved(known);
      return known;
    }
    if (known != null && !known.answered()) {
      known.await(asker);
      if (!known.asked && line(known).add(owner, known)) {
        askNext(known.kind);
      }
      return known;
    }
    Lookup begun = new Lookup(host, known, present, now);
    begun.await(asker);
    begin(begun, owner, known != null);
    return begun;
  }

  private void begin(Lookup lookup, Owner owner, boolean isKept) {
    InetAddress literal = NetUtil.createInetAddressFromIpAddressString(lookup.host);
    if ((!isKept && !makeRoom()) || (literal == null && !line(lookup).add(owner, lookup))) {
      fail(
          lookup,
          new ErrorClass.OwnShortage(Resource.LOOKUPS),
          "too many hosts are being looked up");
      return;
    }
    lookups.remove(lookup.host); // the most recently requested entry is evicted last
    lookups.put(lookup.host, lookup);
    if (literal != null) {
      check(lookup, List.of(literal), false);
    } else {
      askNext(lookup.kind);
    }
  }

  private LookupLine line(Lookup lookup) {
    return line(lookup.kind);
  }

  private LookupLine line(Kind kind) {
    LookupLine line = lines.get(kind);
    if (line == null) {
      throw new IllegalStateException("no line for " + kind);
    }
    return line;
  }

  /** Evicts an answer if necessary; returns whether one more lookup can be cached. */
  private boolean makeRoom() {
    if (lookups.size() < MAX_KNOWN) {
      return true;
    }
    Lookup chosen = null;
    int looked = 0;
    for (Lookup each : lookups.values()) {
      if (each.answered() && (chosen == null || (chosen.isGood() && !each.isGood()))) {
        chosen = each;
      }
      if (chosen != null && (++looked >= LOOKED_AT || !chosen.isGood())) {
        break;
      }
    }
    return chosen != null && lookups.remove(chosen.host, chosen);
  }

  /**
   * Evicts old answers, takes the slots of lookups that take long, and gives up on those that no
   * server answers.
   */
  public void sweep(long now) {
    for (Lookup lookup : List.copyOf(lookups.values())) {
      if (lookup.answered()) {
        if (now - lookup.nanos >= (rememberNanos == 0 ? 0 : HISTORY_NANOS)) {
          lookups.remove(lookup.host, lookup);
        }
      } else if (now - lookup.nanos > GIVE_UP_NANOS) {
        giveUp(lookup);
      } else if (now - lookup.nanos > SLOW_NANOS) {
        overdue(lookup, now);
      }
    }
    lines.keySet().forEach(this::askNext);
  }

  private void overdue(Lookup lookup, long now) {
    if (lookup.kind != Kind.SLOW && lookup.asked && now - lookup.askedNanos > SLOW_NANOS) {
      line(lookup).leave(lookup);
    }
    if (rememberNanos > 0) {
      lookup.useBefore(HISTORY_NANOS, generation.getAsInt(), now);
    }
  }

  private void giveUp(Lookup lookup) {
    lookups.remove(lookup.host, lookup);
    if (lookup.asked) {
      line(lookup).end(lookup);
      fail(lookup, new ErrorClass.Dns(), "the lookup of " + lookup.host + " did not finish");
    } else {
      line(lookup).remove(lookup);
      fail(lookup, new ErrorClass.OwnShortage(Resource.LOOKUPS), "no lookup slot was free");
    }
  }

  /** Listener that waits for the addresses of a host. */
  @FunctionalInterface
  public interface Listener {
    void resolved(Lookup lookup);
  }

  /** Starts the next lookups, as far as there are slots. */
  private void askNext(Kind kind) {
    LookupLine line = line(kind);
    for (Lookup next = line.next(); next != null; next = line.next()) {
      ask(next);
    }
  }

  private void ask(Lookup lookup) {
    lookup.asked = true;
    lookup.askedNanos = clock.getAsLong();
    lookup.generation = generation.getAsInt();
    try {
      resolver
          .resolve(lookup.host)
          .whenComplete((found, failure) -> loop.execute(() -> answer(lookup, found, failure)));
    } catch (Throwable e) {
      loop.execute(() -> answer(lookup, null, e));
    }
  }

  private void answer(
      Lookup lookup, @Nullable List<InetAddress> found, @Nullable Throwable failure) {
    if (lookup.answered()) {
      return;
    }
    line(lookup).end(lookup);
    Resource lacking = failure == null ? null : Failures.lacking(failure);
    if (lacking != null) {
      fail(lookup, new ErrorClass.OwnShortage(lacking), "no lookup could be started");
    } else if (found == null || found.isEmpty() || failure != null) {
      fail(lookup, new ErrorClass.Dns(), "the host " + lookup.host + " could not be resolved");
    } else {
      check(lookup, found, clock.getAsLong() - lookup.askedNanos > SLOW_NANOS);
    }
    lines.keySet().forEach(this::askNext);
  }

  private void check(Lookup lookup, List<InetAddress> addresses, boolean slow) {
    List<InetAddress> kept;
    try {
      kept = List.copyOf(addresses); // the resolver may be user code
    } catch (NullPointerException e) {
      fail(lookup, new ErrorClass.Dns(), "the host " + lookup.host + " has a null address");
      return;
    }
    for (InetAddress address : kept) {
      String kind = policy.refusal(address);
      if (kind != null) {
        fail(
            lookup,
            new ErrorClass.RefusedAddress(),
            "the host " + lookup.host + " has a forbidden address (" + kind + ")");
        return;
      }
    }
    List<InetAddress> first = List.copyOf(kept.subList(0, Math.min(kept.size(), MAX_ADDRESSES)));
    lookup.found(first, slow, clock.getAsLong() + rememberNanos);
  }

  private void fail(Lookup lookup, ErrorClass error, String detail) {
    lookup.failed(error, detail, clock.getAsLong() + Math.min(FAILURE_NANOS, rememberNanos));
  }
}
