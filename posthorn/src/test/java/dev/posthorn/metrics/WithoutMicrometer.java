package dev.posthorn.metrics;

import dev.posthorn.Posthorn;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A program that sends a message without Micrometer on the class path. */
final class WithoutMicrometer {
  private WithoutMicrometer() {}

  /** Starts it as a separate process. */
  static Process start(Path file) throws IOException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains("micrometer"))
            .collect(Collectors.joining(File.pathSeparator));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            WithoutMicrometer.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Runs the program; its argument is the database. */
  public static void main(String[] args) {
    try {
      Class.forName("io.micrometer.core.instrument.MeterRegistry");
    } catch (ClassNotFoundException e) {
      System.out.println("no Micrometer");
    }
    try (Posthorn posthorn = Posthorn.open(Path.of(args[0]))) {
      posthorn.send("a.b", "{}");
      System.out.println(posthorn.stats().messages().accepted() == 1 ? "accepted" : "not accepted");
    }
  }
}
