package dev.posthorn.internal.http.dns;

import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.ErrorClass;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One question for the addresses of a host, and its checked answer once there is one. */
public final class Lookup {

  final String host;
  final LookupLine.Kind kind;
  private @Nullable Set<DnsCache.Listener> waiting = new LinkedHashSet<>();

  /** The answer before, while it may still be used if this one takes long. */
  private @Nullable Lookup before;

  /** Whether the resolver was asked; until then it waits for its turn. */
  public boolean asked;

  /** Those whose turn it waits for; set by its line alone, as are the next two. */
  final List<Owner> owners = new ArrayList<>(1);

  /** Whose turn it was when it was asked for. */
  Owner askedBy = Owner.NOBODY;

  /** Whether it counts among those of its kind. */
  boolean hasPlace;

  /** When it was begun; once answered, until when the answer holds. */
  long nanos;

  /** When the resolver was asked. */
  long askedNanos;

  /** The book's generation at that time. */
  int generation;

  /** Whether the answer took long. */
  private boolean slow;

  /** The addresses, all of them allowed; empty if there is an {@link #error}. */
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

  /** Returns what is known of the name by this answer. */
  private LookupLine.Kind shows() {
    if (error instanceof ErrorClass.OwnShortage) {
      return LookupLine.Kind.NEW;
    }
    return isGood() ? LookupLine.Kind.KNOWN : LookupLine.Kind.SLOW;
  }

  boolean answered() {
    return waiting == null;
  }

  /** Returns whether the host was found, and soon. */
  boolean isGood() {
    return error == null && !slow;
  }

  /** Returns whether it can be told: it is answered, or the answer before is used in its place. */
  boolean isTellable(int present, long now) {
    return generation == present && (answered() ? now - nanos < 0 : !addresses.isEmpty());
  }

  void await(DnsCache.Listener asker) {
    if (waiting != null) {
      waiting.add(asker);
    }
  }

  /** Somebody does not want to know any more: what it holds is not kept until the answer. */
  public void forget(DnsCache.Listener asker) {
    if (waiting != null) {
      waiting.remove(asker);
    }
  }

  /** Uses the answer before until this one is there, if it is not too old. */
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
