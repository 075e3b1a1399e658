package dev.posthorn.bench.postgresql;

import dev.posthorn.bench.ProcessFigures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * CPU time of the processes of a PostgreSQL server, by their kind. Processes that have ended count
 * as {@value #ENDED}.
 */
final class ServerProcesses {
  private static final String ENDED = "other";
  private static final int USER_TIME = 11;
  private static final int FIELDS = 4;
  private static final long NANOS_PER_TICK = 10_000_000;

  private final ProcessHandle postmaster;

  /** Takes the process that all others are children of. */
  ServerProcesses(ProcessHandle postmaster) {
    this.postmaster = postmaster;
  }

  /** Returns the CPU time in nanoseconds by kind of process. */
  Map<String, Long> cpu() {
    Map<String, Long> byKind = new TreeMap<>();
    postmaster
        .children()
        .forEach(child -> byKind.merge(kind(child), ProcessFigures.cpu(child), Long::sum));
    byKind.merge(ENDED, cpuWithEnded(), Long::sum);
    return byKind;
  }

  /** The title of a process is its kind, such as "postgres: walwriter", or that of its session. */
  private static String kind(ProcessHandle process) {
    try {
      String title =
          Files.readString(
              Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
      String kind = title.replace('\0', ' ').strip().replaceFirst("^postgres: ", "");
      for (String known :
          new String[] {
            "checkpointer", "background writer", "walwriter", "autovacuum", "io worker"
          }) {
        if (kind.startsWith(known)) {
          return known;
        }
      }
      return kind.contains("(") ? "sessions" : ENDED;
    } catch (IOException e) {
      return ENDED; // it ended meanwhile, or this is not Linux
    }
  }

  /** Returns the CPU time of the postmaster and of its children that have ended. */
  private long cpuWithEnded() {
    try {
      String line = Files.readString(Path.of("/proc/" + postmaster.pid() + "/stat"));
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = 0;
      for (int i = USER_TIME; i < USER_TIME + FIELDS; i++) {
        ticks += Long.parseLong(fields[i]);
      }
      return ticks * NANOS_PER_TICK;
    } catch (IOException e) {
      return ProcessFigures.cpu(postmaster);
    }
  }
}
