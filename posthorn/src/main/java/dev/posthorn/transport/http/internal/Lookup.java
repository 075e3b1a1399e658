package dev.posthorn.transport.http.internal;

import dev.posthorn.transport.ErrorClass;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One question for the addresses of a host, and its checked answer once there is one. */
final class Lookup {

  final String host;
  private @Nullable List<AddressBook.Asker> waiting = new ArrayList<>(1);

  /** Whether the resolver was asked; until then it waits for its turn. */
  boolean asked;

  /** When it was begun; once answered, until when the answer holds. */
  long nanos;

  /** The addresses, all of them allowed; empty if there is an {@link #error}. */
  List<InetAddress> addresses = List.of();

  @Nullable ErrorClass error;
  String detail = "";

  Lookup(String host) {
    this.host = host;
  }

  boolean answered() {
    return waiting == null;
  }

  void await(AddressBook.Asker asker) {
    if (waiting != null) {
      waiting.add(asker);
    }
  }

  void found(List<InetAddress> addresses, long until) {
    this.addresses = addresses;
    answer(until);
  }

  void failed(ErrorClass error, String detail, long until) {
    this.error = error;
    this.detail = detail;
    answer(until);
  }

  private void answer(long until) {
    List<AddressBook.Asker> askers = waiting;
    waiting = null;
    nanos = until;
    if (askers != null) {
      for (AddressBook.Asker asker : askers) {
        asker.resolved(this);
      }
    }
  }
}
