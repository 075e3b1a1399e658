package dev.posthorn.internal.http.dns;

import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.ErrorClass;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One lookup of the addresses of a host, and its checked answer once there is one. */
public final class Lookup {

  final String host;
  final LookupLine.Kind kind;
  private @Nullable Set<DnsCache.Listener> waiting = new LinkedHashSet<>();

  /** The previous answer, while it may replace this one if this takes long. */
  private @Nullable Lookup before;

  /** True once the resolver was called; until then the lookup waits for its turn. */
  public boolean asked;

  /** Owners whose turn it waits for; only its line sets this and the next two fields. */
  final List<Owner> owners = new ArrayList<>(1);

  /** Owner whose turn it used. */
  Owner askedBy = Owner.NOBODY;

  /** True while it occupies a slot of its kind. */
  boolean hasPlace;

  /** Time of its start; once answered, the time at which the answer expires. */
  long nanos;

  /** Time at which the resolver was called. */
  long askedNanos;

  /** The cache's generation at that time. */
  int generation;

  /** True if the answer took long. */
  private boolean slow;

  /** Addresses, all of them allowed; empty if there is an {@link #error}. */
  public List<InetAddress> addresses = List.of();

  public @Nullable ErrorClass error;
  public String detail = "";

  Lookup(String host, @Nullable Lookup before, int generation, long now) {
    this.host = host;
    this.before = before;
    this.generation = generation;
    this.nanos = now;
    this.kind = before == null ? LookupLine.Kind.NEW : before.shows();
  }

  /** Returns the kind of the name, given this answer. */
  private LookupLine.Kind shows() {
    if (error instanceof ErrorClass.OwnShortage) {
      return LookupLine.Kind.NEW;
    }
    return isGood() ? LookupLine.Kind.KNOWN : LookupLine.Kind.SLOW;
  }

  boolean answered() {
    return waiting == null;
  }

  /** Returns whether the host was resolved, and quickly. */
  boolean isGood() {
    return error == null && !slow;
  }

  /** Returns whether it can be reported: it is answered, or the previous answer replaces it. */
  boolean isTellable(int present, long now) {
    return generation == present && (answered() ? now - nanos < 0 : !addresses.isEmpty());
  }

  void await(DnsCache.Listener asker) {
    if (waiting != null) {
      waiting.add(asker);
    }
  }

  /** Removes a listener, so that it is not retained until the answer arrives. */
  public void forget(DnsCache.Listener asker) {
    if (waiting != null) {
      waiting.remove(asker);
    }
  }

  /** Uses the previous answer until this one arrives, if it is not too old. */
  void useBefore(long staleNanos, int present, long now) {
    Lookup known = before;
    if (known != null
        && known.error == null
        && known.generation == present
        && now - known.nanos < staleNanos
        && addresses.isEmpty()) {
      addresses = known.addresses;
      List<DnsCache.Listener> askers = List.copyOf(waiting == null ? List.of() : waiting);
      if (waiting != null) {
        waiting.clear();
      }
      askers.forEach(asker -> asker.resolved(this));
    }
  }

  void found(List<InetAddress> addresses, boolean slow, long until) {
    this.addresses = addresses;
    this.slow = slow;
    answer(until);
  }

  void failed(ErrorClass error, String detail, long until) {
    this.addresses = List.of();
    this.error = error;
    this.detail = detail;
    answer(until);
  }

  private void answer(long until) {
    Set<DnsCache.Listener> askers = waiting;
    waiting = null;
    before = null;
    nanos = until;
    if (askers != null) {
      for (DnsCache.Listener asker : askers) {
        asker.resolved(this);
      }
    }
  }
}
