package dev.posthorn.internal.engine.registry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A cache of routes: the endpoints for the messages of some event types of an application, valid
 * until one of them changes. It has a bounded number of types, and of endpoints in all.
 * Thread-safe.
 */
final class Routes {
  private static final int MOST_TYPES = 1_000;
  private static final int MOST_ENDPOINTS = 65_536;

  private final Map<String, RegisteredEndpoint[]> byType = new ConcurrentHashMap<>();
  private final AtomicInteger endpoints = new AtomicInteger();

  /** Returns the endpoints of an event type, or null if they are unknown. Must not be modified. */
  RegisteredEndpoint @Nullable [] get(String type) {
    return byType.get(type);
  }

  /** Remembers the endpoints of an event type, if there is room. */
  void put(String type, RegisteredEndpoint[] route) {
    boolean room = byType.size() < MOST_TYPES && endpoints.get() + route.length <= MOST_ENDPOINTS;
    if (room && byType.put(type, route) == null) {
      endpoints.addAndGet(route.length);
    }
  }

  /** Returns the number of event types. */
  int types() {
    return byType.size();
  }

  /** Returns the number of endpoints of all types together. */
  int endpoints() {
    return endpoints.get();
  }
}
