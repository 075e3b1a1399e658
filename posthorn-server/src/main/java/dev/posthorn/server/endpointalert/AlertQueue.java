package dev.posthorn.server.endpointalert;

import dev.posthorn.server.endpointalert.AlertChannel.AlertException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alerts of one channel that wait to be sent: a bounded number, with threads of their own, so
 * that nothing else waits for a slow recipient. Each recipient has places of their own, and one try
 * under way at a time, so one that does not answer costs others neither their places nor all
 * threads. An alert that is not accepted is tried again a few times. Alerts are in memory only.
 */
final class AlertQueue implements AutoCloseable {
  /** The waits before another try. */
  static final List<Duration> WAITS =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30));

  private static final Logger LOG = LoggerFactory.getLogger(AlertQueue.class);

  private final AlertChannel channel;
  private final List<Duration> waits;
  private final Room room;
  private final ScheduledThreadPoolExecutor threads;
  private final Map<String, Recipient> recipients = new HashMap<>(); // guarded by this
  private final LongAdder sent = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private int pending;
  private boolean begun;
  private boolean closed;

  /**
   * The bounds of a queue.
   *
   * @param threads the maximum number of tries at the same time
   * @param each the maximum number of alerts of one recipient; further ones are dropped
   * @param all the number of alerts from which on a recipient may have one, and no more
   */
  record Room(int threads, int each, int all) {}

  /** A recipient with alerts. */
  private static final class Recipient {
    final Deque<Try> ready = new ArrayDeque<>();
    int pending;
    boolean busy;
  }

  /** A try to send an alert; the first one has the number 0. */
  private record Try(String to, EndpointAlert alert, int number) {}

  /** Creates a queue that takes alerts, and sends none until it begins. */
  AlertQueue(AlertChannel channel, List<Duration> waits, Room room) {
    this.channel = channel;
    this.waits = waits;
    this.room = room;
    this.threads = AlertThreads.of(room.threads, channel.name());
  }

  /** Begins to send. */
  synchronized void begin() {
    begun = true;
    recipients.values().forEach(this::sendNext);
  }

  /** Returns the name of the channel. */
  String name() {
    return channel.name();
  }

  /** Adds an alert for a recipient. Never waits: if there is no room, the alert is dropped. */
  synchronized void add(String to, EndpointAlert alert) {
    Recipient recipient = recipients.get(to);
    int has = recipient == null ? 0 : recipient.pending;
    if (closed) {
      drop(alert, "the server stops");
    } else if (has >= room.each || (has > 0 && pending >= room.all)) {
      drop(alert, "too many alerts wait");
    } else {
      pending++;
      Recipient owner = recipients.computeIfAbsent(to, unknown -> new Recipient());
      owner.pending++;
      owner.ready.add(new Try(to, alert, 0));
      sendNext(owner);
    }
  }

  private void drop(EndpointAlert alert, String why) {
    dropped.increment();
    LOG.warn("Alert for endpoint {} dropped by {}: {}", alert.endpoint(), channel.name(), why);
  }

  /** Starts the next try of a recipient, unless one is under way. The caller holds the lock. */
  private void sendNext(Recipient recipient) {
    if (!begun || closed || recipient.busy) {
      return;
    }
    Try next = recipient.ready.poll();
    if (next != null) {
      recipient.busy = true;
      threads.execute(() -> send(next));
    }
  }

  private void send(Try one) {
    try {
      channel.send(one.to, one.alert);
      ended(one, sent);
    } catch (AlertException e) {
      if (e.isForGood() || one.number >= waits.size()) {
        fail(one, e);
      } else {
        tryLater(one);
      }
    } catch (InterruptedException e) { // closed, which has counted it
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) { // a defect: it is counted, and costs no other alert
      fail(one, e);
    }
  }

  private void fail(Try one, Throwable why) {
    LOG.warn(
        "Alert for endpoint {} not sent by {}: {}",
        one.alert.endpoint(),
        channel.name(),
        why.getMessage());
    ended(one, failed);
  }

  private synchronized void ended(Try one, LongAdder result) {
    Recipient recipient = recipients.get(one.to);
    if (recipient == null) {
      return; // closed, which has counted it
    }
    result.increment();
    pending--;
    recipient.busy = false;
    if (--recipient.pending == 0) {
      recipients.remove(one.to);
    } else {
      sendNext(recipient);
    }
  }

  private synchronized void tryLater(Try one) {
    Recipient recipient = recipients.get(one.to);
    if (recipient == null) {
      return;
    }
    Try next = new Try(one.to, one.alert, one.number + 1);
    try {
      var unused =
          threads.schedule(
              () -> ready(next), waits.get(one.number).toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      return; // closed, which has counted it
    }
    recipient.busy = false;
    sendNext(recipient);
  }

  private synchronized void ready(Try next) {
    Recipient recipient = recipients.get(next.to);
    if (recipient != null) {
      recipient.ready.add(next);
      sendNext(recipient);
    }
  }

  /** Returns the number of alerts that wait for another try, or for a thread. */
  int waiting() {
    return threads.getQueue().size();
  }

  /** Returns the number of alerts that a recipient accepted. */
  long sent() {
    return sent.sum();
  }

  /** Returns the number of alerts that were not accepted, after all tries. */
  long failed() {
    return failed.sum();
  }

  /** Returns the number of alerts for which there was no room, or no time before the stop. */
  long dropped() {
    return dropped.sum();
  }

  /** Drops what waits, and what is under way. */
  @Override
  public void close() {
    int left;
    synchronized (this) {
      left = pending;
      closed = true;
      pending = 0;
      recipients.clear();
    }
    var unused = threads.shutdownNow();
    if (left > 0) {
      dropped.add(left);
      LOG.warn("Alerts dropped by {} at the stop: {}", channel.name(), left);
    }
  }
}
