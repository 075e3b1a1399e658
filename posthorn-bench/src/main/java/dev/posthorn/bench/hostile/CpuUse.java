package dev.posthorn.bench.hostile;

import dev.posthorn.bench.ProcessFigures;
import java.util.List;

/** The number of processors that some processes use together. */
final class CpuUse {
  private final List<ProcessHandle> processes;
  private long began;
  private long before;

  CpuUse(ProcessHandle... processes) {
    this.processes = List.of(processes);
    begin();
  }

  /** Begins to measure. */
  void begin() {
    began = System.nanoTime();
    before = used();
  }

  /** Returns the mean since the beginning. */
  double processors() {
    return (used() - before) / (double) Math.max(1, System.nanoTime() - began);
  }

  private long used() {
    return processes.stream().mapToLong(ProcessFigures::cpu).sum();
  }
}
