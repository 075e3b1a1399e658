package dev.posthorn.simulation;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks at the end of a run that every delivery has ended, for a reason: the promise P2. */
final class EndingChecker {
  private static final long TROUBLE_MILLIS = 30_000;
  private static final long HOUR = 3_600_000;
  private static final long LATEST_END = 60_000;

  private final SimTables tables;
  private final SimClock clock;
  private final Set<Long> canceledMessages = new HashSet<>();

  /** The cancellations of all that waits for an endpoint. */
  private final Map<Long, OfEndpoint> canceledEndpoints = new HashMap<>();

  /** The times at which messages were sent that were accepted. */
  private final Map<Long, Long> sentAt = new HashMap<>();

  /** Cancellations of all that waits for an endpoint: those that may still come, and the last. */
  private static final class OfEndpoint {
    private int open;
    private long answeredAt;
  }

  private final Set<Long> deletedApplications = new HashSet<>();

  EndingChecker(SimTables tables, SimClock clock) {
    this.tables = tables;
    this.clock = clock;
  }

  /** Deliveries of a message may be cancelled from now on. */
  void canceledMessage(long id) {
    canceledMessages.add(id);
  }

  /** Deliveries for an endpoint may be cancelled from now on. */
  void canceledEndpoint(long id) {
    canceledEndpoints.computeIfAbsent(id, e -> new OfEndpoint()).open++;
  }

  /** A cancellation was answered: messages that are sent from now on are not among them. */
  void answeredCanceledEndpoint(long id) {
    OfEndpoint all = canceledEndpoints.computeIfAbsent(id, e -> new OfEndpoint());
    all.open--;
    all.answeredAt = clock.nanoTime();
  }

  /** A message was accepted that was sent at a time. */
  void sent(long message, long nanos) {
    sentAt.putIfAbsent(message, nanos);
  }

  private boolean mayBeCanceledWith(long endpoint, long message) {
    OfEndpoint all = canceledEndpoints.get(endpoint);
    if (all == null || all.open > 0) {
      return all != null;
    }
    Long sent = sentAt.get(message);
    return sent == null || sent <= all.answeredAt;
  }

  /** All that waits for an application may be cancelled from now on, also for endpoints to come. */
  void deletedApplication(long id) {
    deletedApplications.add(id);
  }

  /** Returns whether messages of an application may be gone. */
  boolean mayBeDeleted(long application) {
    return deletedApplications.contains(application);
  }

  /** Checks all deliveries on disk; in a calm run also that expired ones ended in time. */
  void check(EngineOptions options, boolean calm) {
    for (MessageRow message : tables.messages().values()) {
      if (tables.isRemoved(message.application())) {
        throw new Violation("retention: message " + message.id() + " outlives its application");
      }
      for (long endpoint : message.targets()) {
        List<Long> waits = waits(endpoint, options);
        Ending ending = new Ending(message, endpoint, waits, lifetime(waits, options));
        ending.check();
        if (calm) {
          ending.checkPrompt();
        }
      }
    }
  }

  private List<Long> waits(long endpoint, EngineOptions options) {
    EndpointRow row = tables.everEndpoint(endpoint);
    List<Long> own = row == null ? null : row.policy().retryWaits();
    return own == null ? options.retryWaits() : own;
  }

  private static long lifetime(List<Long> waits, EngineOptions options) {
    long lifetime = (waits.size() + 1L) * options.exchange().totalMillis();
    for (long wait : waits) {
      lifetime += Math.round(wait * (1 + options.jitter()));
    }
    return lifetime;
  }

  /** The end of one delivery. */
  private final class Ending {
    private final MessageRow message;
    private final long endpoint;
    private final List<Long> waits;
    private final long lifetime;

    Ending(MessageRow message, long endpoint, List<Long> waits, long lifetime) {
      this.message = message;
      this.endpoint = endpoint;
      this.waits = waits;
      this.lifetime = lifetime;
    }

    void check() {
      List<AttemptRow> rows = new ArrayList<>();
      for (AttemptRow row : tables.attemptsOf(message.id())) {
        if (row.endpoint() == endpoint) {
          rows.add(row);
        }
      }
      if (rows.isEmpty()) {
        throw new Violation("P2: message " + message.id() + " was never sent to " + endpoint);
      }
      AttemptRow last = rows.get(rows.size() - 1);
      boolean explained =
          switch (last.state()) {
            case SUCCEEDED -> last.status() >= 200 && last.status() < 300;
            case WAITING -> false;
            case CANCELLED ->
                canceledMessages.contains(message.id())
                    || mayBeCanceledWith(endpoint, message.id())
                    || deletedApplications.contains(message.application());
            case FAILED -> mayFail(rows, last);
          };
      if (!explained) {
        throw new Violation(
            "P2: a delivery has no reason to end so: "
                + last.state()
                + " with schedule "
                + waits
                + ", lifetime "
                + lifetime
                + ": "
                + rows);
      }
    }

    /** An expired delivery without another end before has ended soon after it expired. */
    void checkPrompt() {
      for (AttemptRow row : tables.attemptsOf(message.id())) {
        if (row.endpoint() == endpoint && row.state() != DeliveryState.WAITING) {
          boolean late =
              "deadline".equals(row.error())
                  && tables.expires(message) != Long.MAX_VALUE
                  && millis(row) - Math.max(millis(message.id()), tables.expires(message))
                      > LATEST_END;
          if (late) {
            throw new Violation(
                "P2: expired at " + tables.expires(message) + ", but ended so late: " + row);
          }
          return;
        }
      }
    }

    private boolean mayFail(List<AttemptRow> rows, AttemptRow last) {
      if (last.kind() == AttemptKind.NONE) {
        return "deadline".equals(last.error())
            && (millis(last) - millis(message.id()) > lifetime - 10 - clock.spreadMillis()
                || millis(last) > tables.expires(message));
      }
      boolean recovered = last.kind() == AttemptKind.RECOVERY && last.spent() > 0;
      if (last.status() == 410 || last.spent() > waits.size() || recovered) {
        return true;
      }
      boolean askedToWait = last.status() == 429 || last.status() == 503;
      long wait =
          Math.max(askedToWait ? HOUR : 0, last.spent() == 0 ? 0 : 2 * waits.get(last.spent() - 1));
      // Between the end of an exchange and its record the clock may jump, or the store be in
      // trouble.
      wait += clock.longestStepMillis() + TROUBLE_MILLIS;
      long first = millis(rows.get(0));
      return millis(last) + wait >= tables.expires(message)
          || millis(last) - first + wait >= lifetime - 10
          || millis(last) - millis(message.id()) + wait >= 24 * HOUR;
    }

    private static long millis(AttemptRow row) {
      return millis(row.id());
    }

    private static long millis(long id) {
      return Ids.timeOf(id);
    }
  }
}
