package dev.posthorn.server.endpointalert;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An alert about an endpoint, as its recipients see it.
 *
 * @param kind the event
 * @param endpoint the endpoint's public id
 * @param url the URL of its receiver, without what may be a secret
 * @param application the name and the public id of its application
 * @param at the time of the event, in milliseconds
 * @param failingSince the time since which every attempt has failed, or 0
 * @param disabledFrom the time from which failures disable it, or 0
 * @param link returns the link to a page about the endpoint; called when the alert is sent, since
 *     the server may not know its own URL before
 */
record EndpointAlert(
    Kind kind,
    String endpoint,
    String url,
    String application,
    long at,
    long failingSince,
    long disabledFrom,
    Supplier<String> link) {

  /** The event that an alert is about. */
  enum Kind {
    /** Half of the time has passed after which a failing endpoint is disabled. */
    HALF(50),
    /** Nine tenths of that time have passed. */
    NEARLY(90),
    /** The endpoint was disabled, because all attempts had failed for that time. */
    DISABLED(100),
    /** The endpoint was disabled, because its receiver answered 410 Gone. */
    GONE(100);

    private final int percent;

    Kind(int percent) {
      this.percent = percent;
    }

    /** Returns the part of the time that has passed. */
    int percent() {
      return percent;
    }

    /** Returns the warning that is due after a time of failures, or null if none is. */
    static @Nullable Kind due(long failingMillis, long disableAfterMillis) {
      if (failingMillis >= NEARLY.of(disableAfterMillis)) {
        return NEARLY;
      }
      return failingMillis >= HALF.of(disableAfterMillis) ? HALF : null;
    }

    /** Returns this part of a time. */
    long of(long millis) {
      return millis / 100 * percent + millis % 100 * percent / 100;
    }
  }

  /** Returns a name of the alert that no other one has: of the same endpoint, time and kind. */
  String id() {
    return endpoint + "." + (failingSince == 0 ? at : failingSince) + "." + kind.name();
  }
}
