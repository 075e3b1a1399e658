package dev.posthorn.transport.http.internal;

import dev.posthorn.transport.AddressPolicy;
import dev.posthorn.transport.ErrorClass;
import dev.posthorn.transport.ErrorClass.Resource;
import dev.posthorn.transport.http.Resolver;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The checked addresses of hosts, for one loop: each is asked for once by all that wait, and
 * remembered for a while; how many are asked for at once, and remembered, is bounded.
 */
final class AddressBook {

  private static final int MAX_ASKED = 512;
  private static final int MAX_KNOWN = 4_096;

  /** More addresses than a client would try; all are checked. */
  private static final int MAX_ADDRESSES = 8;

  private static final long FAILURE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Resolver resolver;
  private final AddressPolicy policy;
  private final Executor loop;
  private final long rememberNanos;
  private final Map<String, Lookup> lookups = new HashMap<>();
  private final Queue<Lookup> queue = new ArrayDeque<>();
  private int asked;

  AddressBook(Resolver resolver, AddressPolicy policy, Executor loop, long rememberNanos) {
    this.resolver = resolver;
    this.policy = policy;
    this.loop = loop;
    this.rememberNanos = rememberNanos;
  }

  /**
   * Tells {@code asker} once the host's addresses are known, or at once if they are; returns what
   * it waits for.
   */
  Lookup find(String host, Asker asker, long now) {
    Lookup known = lookups.get(host);
    if (known != null && known.answered() && now - known.nanos < 0) {
      asker.resolved(known);
      return known;
    }
    if (known == null || known.answered()) {
      known = new Lookup(host);
      known.nanos = now;
      known.await(asker);
      if (!lookups.containsKey(host) && !hasRoom()) {
        fail(
            known,
            new ErrorClass.OwnShortage(Resource.LOOKUPS),
            "too many hosts are being looked up");
        return known;
      }
      lookups.put(host, known);
      InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host);
      if (literal != null) {
        check(known, List.of(literal));
      } else if (asked < MAX_ASKED) {
        ask(known);
      } else {
        queue.add(known);
      }
      return known;
    }
    known.await(asker);
    return known;
  }

  /** Forgets an answer if it must; returns whether one more look-up can be remembered. */
  private boolean hasRoom() {
    if (lookups.size() < MAX_KNOWN) {
      return true;
    }
    for (Iterator<Lookup> i = lookups.values().iterator(); i.hasNext(); ) {
      if (i.next().answered()) {
        i.remove();
        return true;
      }
    }
    return false;
  }

  /** Forgets answers that no longer hold, and gives up on questions that nobody answers. */
  void sweep(long now) {
    lookups.values().removeIf(lookup -> lookup.answered() && now - lookup.nanos >= 0);
    List<Lookup> stuck =
        lookups.values().stream()
            .filter(lookup -> !lookup.answered() && now - lookup.nanos > GIVE_UP_NANOS)
            .toList();
    for (Lookup lookup : stuck) {
      lookups.remove(lookup.host, lookup);
      if (!queue.remove(lookup)) {
        answered();
      }
      fail(lookup, new ErrorClass.Dns(), "the look-up of " + lookup.host + " did not end");
    }
  }

  /** Who wants to know the addresses of a host. */
  @FunctionalInterface
  interface Asker {
    void resolved(Lookup lookup);
  }

  private void ask(Lookup lookup) {
    asked++;
    lookup.asked = true;
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
    answered();
    Resource lacking = failure == null ? null : Failures.lacking(failure);
    if (lacking != null) {
      fail(lookup, new ErrorClass.OwnShortage(lacking), "no look-up could be made");
    } else if (found == null || found.isEmpty() || failure != null) {
      fail(lookup, new ErrorClass.Dns(), "the host " + lookup.host + " could not be resolved");
    } else {
      check(lookup, found);
    }
  }

  private void answered() {
    asked--;
    Lookup next = queue.poll();
    if (next != null) {
      ask(next);
    }
  }

  private void check(Lookup lookup, List<InetAddress> addresses) {
    for (InetAddress address : addresses) {
      String kind = policy.refusal(address);
      if (kind != null) {
        fail(
            lookup,
            new ErrorClass.RefusedAddress(),
            "the host "
                + lookup.host
                + " has an address that may not be connected to ("
                + kind
                + ")");
        return;
      }
    }
    List<InetAddress> kept =
        List.copyOf(addresses.subList(0, Math.min(addresses.size(), MAX_ADDRESSES)));
    lookup.found(kept, System.nanoTime() + rememberNanos);
  }

  private void fail(Lookup lookup, ErrorClass error, String detail) {
    lookup.failed(error, detail, System.nanoTime() + Math.min(FAILURE_NANOS, rememberNanos));
  }
}
