package dev.posthorn.bench.hostile;

import dev.posthorn.bench.Flags;
import dev.posthorn.bench.JavaProcess;
import dev.posthorn.bench.TempFolder;

/**
 * Measures what a healthy endpoint gets while everything else is bad at once, in a process with a
 * small heap; see {@link HostileRun}.
 */
public final class HostileBench {
  private HostileBench() {}

  /** Returns the flags that there are. */
  public static Flags flags() {
    return new Flags()
        .with("--seconds", 600)
        .with("--alone", 60)
        .with("--rate", 200)
        .with("--heap", 256)
        .with("--receivers-nice", JavaProcess.IDLE)
        .with("--threads", 0);
  }

  /** Runs the benchmark; see the class comment. */
  public static void main(String[] args) throws Exception {
    Flags flags = flags().parse(args);
    int code;
    try (TempFolder folder = TempFolder.create()) {
      code =
          JavaProcess.run(
              flags.number("--heap"),
              HostileRun.class,
              folder.path(),
              flags.get("--seconds"),
              flags.get("--alone"),
              flags.get("--rate"),
              flags.get("--threads"),
              flags.get("--receivers-nice"));
    }
    System.exit(code);
  }
}
