package dev.posthorn.spring.boot.observation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The trace contexts of the messages sent last. Attempts of other messages, and those after a
 * restart, begin traces of their own; the message id joins them. Thread-safe.
 */
final class TraceMemory {
  private static final int MAX_MESSAGES = 10_000;

  private final Map<String, Map<String, String>> traces =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, String>> eldest) {
          return size() > MAX_MESSAGES;
        }
      };

  /** Remembers the trace of a message, if it has one. */
  synchronized void put(String message, Map<String, String> trace) {
    if (!trace.isEmpty()) {
      traces.put(message, trace);
    }
  }

  /** Returns the trace of a message; empty if it is unknown. */
  synchronized Map<String, String> get(String message) {
    return traces.getOrDefault(message, Map.of());
  }
}
