package dev.posthorn.bench.postgresql;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.TreeMap;

/** CPU time of this process's platform threads, by kind: their names without numbers. */
final class Threads {
  private Threads() {}

  /** Returns the CPU time of the threads that run now, in nanoseconds. */
  static Map<String, Long> cpu() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<String, Long> byKind = new TreeMap<>();
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null) {
        long nanos = threads.getThreadCpuTime(thread.getThreadId());
        byKind.merge(kind(thread.getThreadName()), Math.max(0, nanos), Long::sum);
      }
    }
    return byKind;
  }

  private static String kind(String name) {
    String kind = name.replaceAll("[-#@/ ]*\\d+", "").strip();
    return kind.isEmpty() ? "unnamed" : kind;
  }
}
