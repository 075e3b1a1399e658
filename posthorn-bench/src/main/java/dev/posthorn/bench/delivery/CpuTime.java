package dev.posthorn.bench.delivery;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** CPU time of processes. */
final class CpuTime {
  private CpuTime() {}

  /** Returns the CPU time that this process has used, in nanoseconds. */
  static long ofThisProcess() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
