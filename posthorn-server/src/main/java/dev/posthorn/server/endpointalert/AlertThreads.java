package dev.posthorn.server.endpointalert;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that alerts have of their own, and that end while there are none. */
final class AlertThreads {
  private AlertThreads() {}

  /** Returns at most so many threads. */
  static ScheduledThreadPoolExecutor of(int most, String name) {
    ScheduledThreadPoolExecutor threads =
        new ScheduledThreadPoolExecutor(
            most, Thread.ofPlatform().daemon().name("posthorn-alert-" + name + "-", 1).factory());
    threads.setKeepAliveTime(30, TimeUnit.SECONDS);
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
