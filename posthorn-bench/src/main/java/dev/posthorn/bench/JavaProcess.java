package dev.posthorn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another process of this program, with the same Java and the same classes. */
public final class JavaProcess {
  /** The priority of a process that runs only while nobody else needs the processor. */
  public static final int IDLE = 20;

  private static final Path CHRT = Path.of("/usr/bin/chrt");

  private JavaProcess() {}

  /**
   * Starts a class's {@code main} in a process of its own. Its errors go where this program's go;
   * its input and output are pipes.
   *
   * @param heapMegabytes the most its heap may have
   */
  public static Process start(int heapMegabytes, Class<?> main, Object... args) throws IOException {
    return start(heapMegabytes, List.of(), main, args);
  }

  /** Starts a class's {@code main} as {@link #start} does, with further options of Java. */
  public static Process start(
      int heapMegabytes, List<String> options, Class<?> main, Object... args) throws IOException {
    return builder(heapMegabytes, options, main, args).start();
  }

  /**
   * Starts a class's {@code main} as {@link #start} does, with a lower priority: for those who only
   * make work for what is measured.
   *
   * @param niceness how much lower, as of the command {@code nice}; 0 for the same; {@link #IDLE}
   *     to run only while nobody else needs the processor (Linux; elsewhere it is 19)
   */
  public static Process startBehind(int niceness, int heapMegabytes, Class<?> main, Object... args)
      throws IOException {
    ProcessBuilder builder = builder(heapMegabytes, List.of(), main, args);
    if (niceness == IDLE && Files.isExecutable(CHRT)) {
      builder.command().addAll(0, List.of(CHRT.toString(), "--idle", "0"));
    } else if (niceness != 0) {
      builder
          .command()
          .addAll(0, List.of("nice", "-n", String.valueOf(Math.min(niceness, IDLE - 1))));
    }
    return builder.start();
  }

  /** Runs a class's {@code main} in a process of its own, prints what it prints, and waits. */
  public static int run(int heapMegabytes, Class<?> main, Object... args)
      throws IOException, InterruptedException {
    return builder(heapMegabytes, List.of(), main, args).inheritIO().start().waitFor();
  }

  private static ProcessBuilder builder(
      int heapMegabytes, List<String> options, Class<?> main, Object... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heapMegabytes + "m");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    for (Object arg : args) {
      command.add(arg.toString());
    }
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }
}
