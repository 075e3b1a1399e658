package dev.posthorn.testkit.chaos;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Record of accepted messages and of the deliveries that arrived. Thread-safe. */
final class Ledger {
  /** The endpoints that each message is for. */
  static final int ENDPOINTS = 2;

  private final Set<String> accepted = new HashSet<>();
  private final Map<String, int[]> arrivals = new HashMap<>();
  private long refused;
  private long lastAt;

  /** Forgets all. Whatever was accepted before must have arrived. */
  synchronized void begin() {
    accepted.clear();
    arrivals.clear();
    refused = 0;
  }

  synchronized void accepted(String id) {
    accepted.add(id);
  }

  synchronized void refused() {
    refused++;
  }

  synchronized void arrived(String id, int endpoint) {
    arrivals.computeIfAbsent(id, unknown -> new int[ENDPOINTS])[endpoint]++;
    lastAt = System.nanoTime();
  }

  synchronized int acceptedCount() {
    return accepted.size();
  }

  synchronized long refusedCount() {
    return refused;
  }

  /** Returns the deliveries of accepted messages that have not arrived. */
  synchronized long missing() {
    long missing = 0;
    for (String id : accepted) {
      int[] counts = arrivals.get(id);
      for (int endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
        missing += counts == null || counts[endpoint] == 0 ? 1 : 0;
      }
    }
    return missing;
  }

  /** Returns the deliveries that arrived, repeats not counted. */
  synchronized long delivered() {
    long delivered = 0;
    for (int[] counts : arrivals.values()) {
      for (int count : counts) {
        delivered += count > 0 ? 1 : 0;
      }
    }
    return delivered;
  }

  /** Returns the arrivals beyond the first of each delivery. */
  synchronized long repeats() {
    long repeats = 0;
    for (int[] counts : arrivals.values()) {
      for (int count : counts) {
        repeats += Math.max(0, count - 1);
      }
    }
    return repeats;
  }

  /** Returns whether nothing has arrived for a while. */
  synchronized boolean quiet(long nanos) {
    return System.nanoTime() - lastAt > nanos;
  }
}
