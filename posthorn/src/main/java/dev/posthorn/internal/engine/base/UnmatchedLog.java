package dev.posthorn.internal.engine.base;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.runtime.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs messages that matched no endpoint, once a minute at most: their number, event types and
 * applications. It keeps a bounded number of both, so an application that sends much to nobody does
 * not hide the mistake of another. Thread-safe.
 */
public final class UnmatchedLog {
  static final int MOST_APPLICATIONS = 10;
  static final int MOST_TYPES = 3;
  private static final Logger LOG = LoggerFactory.getLogger(UnmatchedLog.class);
  private static final long QUIET_NANOS = 60_000_000_000L;

  private final Clock clock;
  private final PublicIds ids;
  private final Consumer<String> log;
  private final Map<Long, Sent> byApplication = new LinkedHashMap<>();
  private long count;
  private long ofOthers;
  private boolean told;
  private long toldNanos;

  /** The unmatched messages of one application. */
  private static final class Sent {
    final Map<String, Long> byType = new LinkedHashMap<>();
    long ofOtherTypes;
    String last = "";

    void add(String type, String message) {
      if (byType.containsKey(type) || byType.size() < MOST_TYPES) {
        byType.merge(type, 1L, Long::sum);
      } else {
        ofOtherTypes++;
      }
      last = message;
    }
  }

  public UnmatchedLog(Clock clock, PublicIds ids) {
    this(clock, ids, LOG::info);
  }

  UnmatchedLog(Clock clock, PublicIds ids, Consumer<String> log) {
    this.clock = clock;
    this.ids = ids;
    this.log = log;
  }

  /** Notes the result of a message. */
  public void sent(SendRequest message, SendResult result) {
    if (result.targets().length == 0 && !result.duplicate()) {
      String id = ids.message(result.message(), result.publicId());
      add(message.application(), message.type(), id);
      tell();
    }
  }

  private synchronized void add(long application, String type, String message) {
    count++;
    Sent known = byApplication.get(application);
    if (known == null && byApplication.size() < MOST_APPLICATIONS) {
      known = new Sent();
      byApplication.put(application, known);
    }
    if (known == null) {
      ofOthers++;
    } else {
      known.add(type, message);
    }
  }

  /** Logs what was noted, if the last line is long enough ago. Called now and then. */
  public void tell() {
    String text = due();
    if (text != null) {
      log.accept(text);
    }
  }

  private synchronized @Nullable String due() {
    long now = clock.nanoTime();
    if (count == 0 || (told && now - toldNanos < QUIET_NANOS)) {
      return null;
    }
    String text = text();
    told = true;
    toldNanos = now;
    count = 0;
    ofOthers = 0;
    byApplication.clear();
    return text;
  }

  private String text() {
    List<String> parts = new ArrayList<>();
    byApplication.forEach((application, sent) -> parts.add(text(application, sent)));
    if (ofOthers > 0) {
      parts.add(ofOthers + " of other applications");
    }
    return "Accepted "
        + count
        + (count == 1 ? " message that" : " messages that")
        + " matched no endpoint: "
        + String.join("; ", parts);
  }

  private String text(long application, Sent sent) {
    List<String> types = new ArrayList<>();
    sent.byType.forEach((type, times) -> types.add(times == 1 ? type : type + " (" + times + ")"));
    if (sent.ofOtherTypes > 0) {
      types.add(sent.ofOtherTypes + " of other event types");
    }
    return ids.format(IdPrefix.APPLICATION, application)
        + " sent "
        + String.join(", ", types)
        + "; last "
        + sent.last;
  }
}
