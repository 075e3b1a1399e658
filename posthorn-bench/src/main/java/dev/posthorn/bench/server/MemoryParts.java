package dev.posthorn.bench.server;

import dev.posthorn.bench.ProcessFigures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parts of a Java process's memory, as its own {@code jcmd} reports them. */
public final class MemoryParts {
  private static final Pattern PART =
      Pattern.compile("-\\s+(\\S.*?) \\(reserved=(\\d+)KB, committed=(\\d+)KB");
  private static final Pattern TOTAL = Pattern.compile("Total: .*committed=(\\d+)KB");

  private static final Pattern USED = Pattern.compile("heap .*used (\\d+)K");

  private MemoryParts() {}

  /** Prints the parts of a process that was started with {@code -XX:NativeMemoryTracking}. */
  static void print(ProcessHandle process) throws IOException, InterruptedException {
    System.out.printf(
        "resident %s, at most %s; of what Java committed:%n",
        ProcessFigures.resident(process), ProcessFigures.mostResident(process));
    String summary = jcmd(process, "VM.native_memory", "summary");
    Matcher part = PART.matcher(summary);
    while (part.find()) {
      long kilobytes = Long.parseLong(part.group(3));
      if (kilobytes >= 1_024) {
        System.out.printf(Locale.ROOT, "  %-28s %6d MB%n", part.group(1), kilobytes >> 10);
      }
    }
    Matcher total = TOTAL.matcher(summary);
    if (total.find()) {
      System.out.printf("  %-28s %6d MB%n", "total", Long.parseLong(total.group(1)) >> 10);
    }
    System.out.println("(\"Other\" is direct buffers; SQLite's own memory is in none of them.)");
    System.out.print(jcmd(process, "GC.heap_info"));
  }

  /** Returns what is used of a process's heap after a collection, in bytes. */
  public static long heapAfterCollection(ProcessHandle process)
      throws IOException, InterruptedException {
    jcmd(process, "GC.run");
    Matcher used = USED.matcher(jcmd(process, "GC.heap_info"));
    if (!used.find()) {
      throw new IOException("jcmd does not say how much of the heap is used");
    }
    return Long.parseLong(used.group(1)) << 10;
  }

  private static String jcmd(ProcessHandle process, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            Long.toString(process.pid()));
    builder.command().addAll(List.of(command));
    Process jcmd = builder.redirectErrorStream(true).start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    jcmd.waitFor();
    return said;
  }
}
