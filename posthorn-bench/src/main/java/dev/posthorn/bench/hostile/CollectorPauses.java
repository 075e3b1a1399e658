package dev.posthorn.bench.hostile;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** The pauses that the garbage collector made, to a millisecond. Thread-safe. */
final class CollectorPauses {
  /** Part of the names of collectors that do not stop the program. */
  private static final String CONCURRENT = "Concurrent";

  /** The monotonic time at the start of the virtual machine. */
  private final long start =
      System.nanoTime() - ManagementFactory.getRuntimeMXBean().getUptime() * 1_000_000;

  private final List<Pause> pauses = new ArrayList<>();

  private record Pause(long begin, long end) {
    long within(long from, long to) {
      return Math.max(0, Math.min(to, end) - Math.max(from, begin));
    }
  }

  CollectorPauses() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter
          && !collector.getName().contains(CONCURRENT)) {
        emitter.addNotificationListener((notification, key) -> paused(notification), null, null);
      }
    }
  }

  private synchronized void paused(Notification notification) {
    if (notification.getUserData() instanceof CompositeData data
        && GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(
            notification.getType())) {
      GcInfo info = GarbageCollectionNotificationInfo.from(data).getGcInfo();
      pauses.add(
          new Pause(
              start + info.getStartTime() * 1_000_000, start + info.getEndTime() * 1_000_000));
    }
  }

  /** Forgets all so far. */
  synchronized void clear() {
    pauses.clear();
  }

  /** Returns how much of a time was pauses, in nanoseconds. */
  synchronized long within(long from, long to) {
    return pauses.stream().mapToLong(pause -> pause.within(from, to)).sum();
  }

  /** Prints what there was. */
  synchronized void print() {
    if (!pauses.isEmpty()) {
      long[] millis =
          pauses.stream().mapToLong(pause -> (pause.end - pause.begin) / 1_000_000).toArray();
      System.out.printf(
          Locale.ROOT,
          "  %d pauses of the collector: together %d ms, longest %d ms%n",
          millis.length,
          Arrays.stream(millis).sum(),
          Arrays.stream(millis).max().orElse(0));
    }
  }
}
