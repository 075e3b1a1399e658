package dev.posthorn.server.endpointalert;

import dev.posthorn.server.endpointalert.AlertChannel.AlertException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alerts of one channel that wait to be sent: a bounded number, with threads of their own, so
 * that nothing else waits for a slow recipient. An alert that is not accepted is tried again a few
 * times. Alerts are in memory only.
 */
final class AlertQueue implements AutoCloseable {
  /** The waits before another try. */
  static final List<Duration> WAITS =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30));

  /** The maximum number of alerts that wait; further ones are dropped. */
  static final int CAPACITY = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(AlertQueue.class);

  private final AlertChannel channel;
  private final List<Duration> waits;
  private final int capacity;
  private final ScheduledThreadPoolExecutor threads;
  private final AtomicInteger pending = new AtomicInteger();
  private final LongAdder sent = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder dropped = new LongAdder();

  AlertQueue(AlertChannel channel, int threads, List<Duration> waits, int capacity) {
    this.channel = channel;
    this.waits = waits;
    this.capacity = capacity;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ScheduledThreadPoolExecutor(
            threads,
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("posthorn-alert-" + channel.name() + "-" + number.incrementAndGet())
                    .unstarted(task));
    this.threads.setKeepAliveTime(30, TimeUnit.SECONDS);
    this.threads.allowCoreThreadTimeOut(true);
  }

  /** Returns the name of the channel. */
  String name() {
    return channel.name();
  }

  /** Adds an alert for a recipient. Never waits: if there is no room, the alert is dropped. */
  void add(String to, EndpointAlert alert) {
    if (pending.incrementAndGet() > capacity) {
      drop(alert, "too many alerts wait");
    } else {
      schedule(to, alert, 0, Duration.ZERO);
    }
  }

  private void schedule(String to, EndpointAlert alert, int tries, Duration wait) {
    try {
      var unused =
          threads.schedule(() -> send(to, alert, tries), wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      drop(alert, "the server stops");
    }
  }

  private void drop(EndpointAlert alert, String why) {
    pending.decrementAndGet();
    dropped.increment();
    LOG.warn("Alert for endpoint {} dropped by {}: {}", alert.endpoint(), channel.name(), why);
  }

  private void send(String to, EndpointAlert alert, int tries) {
    try {
      channel.send(to, alert);
      pending.decrementAndGet();
      sent.increment();
    } catch (AlertException e) {
      if (e.isForGood() || tries >= waits.size()) {
        fail(alert, e);
      } else {
        schedule(to, alert, tries + 1, waits.get(tries));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      drop(alert, "the server stops");
    } catch (RuntimeException | Error e) { // a defect: it is counted, and costs no other alert
      fail(alert, e);
    }
  }

  private void fail(EndpointAlert alert, Throwable why) {
    pending.decrementAndGet();
    failed.increment();
    LOG.warn(
        "Alert for endpoint {} not sent by {}: {}",
        alert.endpoint(),
        channel.name(),
        why.getMessage());
  }

  /** Returns the number of alerts that wait for a try. */
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

  /** Drops what waits. */
  @Override
  public void close() {
    int left = threads.shutdownNow().size();
    if (left > 0) {
      dropped.add(left);
      LOG.warn("Alerts dropped by {} at the stop: {}", channel.name(), left);
    }
  }
}
