package dev.posthorn.bench.kill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Record of accepted and arrived deliveries. A message of type n is for the endpoints n and n - 1.
 * Thread-safe.
 */
final class Ledger implements Arrivals {
  private final int endpoints;
  private final List<Accepted> accepted = new ArrayList<>();
  private final Map<String, byte[]> arrived = new HashMap<>();
  private String floor = "";
  private String highest = "";
  private long late;
  private long backwards;
  private long arrivals;
  private long firstAt;
  private long lastAt;

  private record Accepted(String id, int type) {}

  /**
   * A round in numbers.
   *
   * @param accepted messages that the library had said were accepted
   * @param arrived deliveries that arrived, of those and of messages whose acceptance was not heard
   * @param lost deliveries of accepted messages that did not arrive
   * @param repeats arrivals beyond the first of each delivery
   * @param late arrivals of messages of an earlier round, all of whose outcomes were on disk
   * @param backwards ids that were not above those of the round before
   */
  record Round(long accepted, long arrived, long lost, long repeats, long late, long backwards) {
    Round plus(Round other) {
      return new Round(
          accepted + other.accepted,
          arrived + other.arrived,
          lost + other.lost,
          repeats + other.repeats,
          late + other.late,
          backwards + other.backwards);
    }
  }

  Ledger(int endpoints) {
    this.endpoints = endpoints;
  }

  /** Notes a line of the sender: an id and a type. */
  synchronized void accepted(String line) {
    Accepted message = parsed(line);
    accepted.add(message);
    backwards += message.id().compareTo(floor) <= 0 ? 1 : 0;
  }

  /** Notes that the receiver says yes to a delivery. */
  @Override
  public synchronized void arrived(String id, int endpoint) {
    long now = System.nanoTime();
    lastAt = now;
    if (firstAt == 0) {
      firstAt = now;
    }
    arrivals++;
    if (id.compareTo(floor) <= 0) {
      late++;
      return;
    }
    byte[] counts = arrived.computeIfAbsent(id, unused -> new byte[endpoints]);
    counts[endpoint] = (byte) Math.min(Byte.MAX_VALUE, counts[endpoint] + 1);
    highest = id.compareTo(highest) > 0 ? id : highest;
  }

  /** From now on, {@link #firstAt} is of what arrives from now on. */
  synchronized void awaitFirst() {
    firstAt = 0;
  }

  /** Returns when the first delivery arrived, as monotonic nanoseconds, or 0. */
  synchronized long firstAt() {
    return firstAt;
  }

  /** Returns whether something was accepted in this round. */
  synchronized boolean hasAccepted() {
    return !accepted.isEmpty();
  }

  /** Returns whether all has arrived, and nothing more came for a while, counted from a time on. */
  synchronized boolean settled(long quietNanos, long from) {
    return lost() == 0 && System.nanoTime() - Math.max(lastAt, from) > quietNanos;
  }

  private long lost() {
    return accepted.stream().mapToLong(this::missing).sum();
  }

  private long missing(Accepted message) {
    byte[] counts = arrived.get(message.id());
    int other = Math.floorMod(message.type() - 1, endpoints);
    return counts == null
        ? 2
        : (counts[message.type()] == 0 ? 1 : 0) + (counts[other] == 0 ? 1 : 0);
  }

  /** Returns the id that all messages of this round are above. */
  synchronized String floor() {
    return floor;
  }

  /** Returns how many deliveries of messages, lines of an id and a type, have not arrived. */
  synchronized long missing(List<String> lines) {
    return lines.stream().mapToLong(line -> missing(parsed(line))).sum();
  }

  /** Returns how many of these lines nobody heard were accepted. */
  synchronized long unheard(List<String> lines) {
    Set<Accepted> heard = new HashSet<>(accepted);
    return lines.stream().filter(line -> !heard.contains(parsed(line))).count();
  }

  private static Accepted parsed(String line) {
    int space = line.indexOf(' ');
    return new Accepted(line.substring(0, space), Integer.parseInt(line.substring(space + 1)));
  }

  /** Ends a round: whatever has its ids must not come again. */
  synchronized Round end() {
    long first = 0;
    for (byte[] counts : arrived.values()) {
      for (byte count : counts) {
        first += count > 0 ? 1 : 0;
      }
    }
    Round round =
        new Round(accepted.size(), first, lost(), arrivals - late - first, late, backwards);
    accepted.clear();
    arrived.clear();
    floor = highest;
    arrivals = 0;
    late = 0;
    backwards = 0;
    return round;
  }
}
