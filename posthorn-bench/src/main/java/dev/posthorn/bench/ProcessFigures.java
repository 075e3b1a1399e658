package dev.posthorn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The CPU time and memory of a process, as the operating system reports them. */
public final class ProcessFigures {
  private ProcessFigures() {}

  /** Returns the CPU time that a process has used, in nanoseconds, to ten milliseconds. */
  public static long cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /** Returns a process's memory that is resident, for people; Linux only. */
  public static String resident(ProcessHandle process) throws IOException {
    return status(process, "VmRSS");
  }

  /** Returns the most of a process's memory that ever was resident, for people; Linux only. */
  public static String mostResident(ProcessHandle process) throws IOException {
    return status(process, "VmHWM");
  }

  private static String status(ProcessHandle process, String name) throws IOException {
    Path file = Path.of("/proc/" + process.pid() + "/status");
    if (!Files.exists(file)) {
      return "unknown";
    }
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(name + ":")) {
        return (Long.parseLong(line.replaceAll("\\D", "")) >> 10) + " MB";
      }
    }
    return "unknown";
  }
}
