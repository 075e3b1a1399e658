package dev.posthorn.bench.hostile;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** The pauses that the garbage collector made. Thread-safe. */
final class CollectorPauses {
  /** Part of the names of collectors that do not stop the program. */
  private static final String CONCURRENT = "Concurrent";

  private final List<Long> millis = new ArrayList<>();

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
      millis.add(GarbageCollectionNotificationInfo.from(data).getGcInfo().getDuration());
    }
  }

  /** Forgets all so far. */
  synchronized void clear() {
    millis.clear();
  }

  /** Prints what there was, and forgets it. */
  synchronized void print() {
    if (!millis.isEmpty()) {
      System.out.printf(
          Locale.ROOT,
          "  %d pauses of the collector: together %d ms, longest %d ms%n",
          millis.size(),
          millis.stream().mapToLong(Long::longValue).sum(),
          Collections.max(millis));
    }
    clear();
  }
}
