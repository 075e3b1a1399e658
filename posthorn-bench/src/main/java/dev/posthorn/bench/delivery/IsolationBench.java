package dev.posthorn.bench.delivery;

import dev.posthorn.bench.Flags;
import dev.posthorn.bench.JavaProcess;
import dev.posthorn.bench.TempFolder;
import java.nio.file.Path;

/**
 * Measures what other endpoints cost a healthy one, in a process with a small heap; see {@link
 * IsolationRun}. Then a new process opens the file with the whole backlog in it, and says how long
 * it took until it accepted a message; see {@link ReopenRun}.
 */
public final class IsolationBench {
  private IsolationBench() {}

  /** Returns the flags that there are. */
  public static Flags flags() {
    return new Flags()
        .with("--seconds", 5)
        .with("--rounds", 4)
        .with("--waiting", 1_000_000)
        .with("--rate", 200)
        .with("--fast-rate", 1_000)
        .with("--heap", 256);
  }

  /** Runs the benchmark; see the class comment. */
  public static void main(String[] args) throws Exception {
    Flags flags = flags().parse(args);
    int heap = flags.number("--heap");
    int code;
    try (TempFolder folder = TempFolder.create()) {
      Path file = folder.path().resolve("library.db");
      code =
          JavaProcess.run(
              heap,
              IsolationRun.class,
              file,
              flags.get("--seconds"),
              flags.get("--rounds"),
              flags.get("--waiting"),
              flags.get("--rate"),
              flags.get("--fast-rate"));
      if (code == 0) {
        code = JavaProcess.run(heap, ReopenRun.class, file);
      }
    }
    System.exit(code);
  }
}
