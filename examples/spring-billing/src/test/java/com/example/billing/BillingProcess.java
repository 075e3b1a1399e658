package com.example.billing;

import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.web.client.RestClient;

/** A program as a process of its own, with the class path of the tests or a part of it. */
final class BillingProcess implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
  private static final Pattern STARTED = Pattern.compile(": Started \\w+ in ([0-9.]+) seconds");

  /**
   * A program to start.
   *
   * @param source its configuration
   * @param classPath its class path
   */
  record Program(Class<?> source, String classPath) {

    /** Returns the program with the class path of the tests. */
    static Program billing() {
      return new Program(BillingApplication.class, System.getProperty("java.class.path"));
    }

    /** Returns a program without the entries of the class path of the tests that match. */
    static Program without(Class<?> source, Pattern entries) {
      String separator = File.pathSeparator;
      return new Program(
          source,
          Stream.of(System.getProperty("java.class.path").split(separator, -1))
              .filter(entry -> !entries.matcher(entry).find())
              .collect(Collectors.joining(separator)));
    }
  }

  private final Process process;
  private final int port;
  private final double seconds;
  private final Duration cpu;

  private BillingProcess(Process process, int port, double seconds) {
    this.process = process;
    this.port = port;
    this.seconds = seconds;
    this.cpu = process.info().totalCpuDuration().orElseThrow();
  }

  /** Starts a program, and waits until it serves requests. */
  static BillingProcess start(Program program, EmbeddedPostgresql database) throws IOException {
    Process process =
        new ProcessBuilder(command(program, database.url("postgres", "postgres")))
            .redirectErrorStream(true)
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    int port = 0;
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      Matcher opened = PORT.matcher(line);
      if (opened.find()) {
        port = Integer.parseInt(opened.group(1));
      }
      Matcher started = STARTED.matcher(line);
      if (started.find()) {
        drain(output);
        return new BillingProcess(process, port, Double.parseDouble(started.group(1)));
      }
    }
    throw new IOException("The program did not start:\n" + said);
  }

  private static List<String> command(Program program, String url) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        program.classPath(),
        SpringApplication.class.getName(),
        "--spring.main.sources=" + program.source().getName(),
        "--server.port=0",
        "--spring.datasource.url=" + url,
        "--spring.datasource.username=postgres",
        // A program without webhooks has no such health.
        "--management.endpoint.health.validate-group-membership=false",
        "--posthorn.keys.secret=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "--posthorn.network.allowed=127.0.0.0/8",
        // The next process waits until the lease of a killed one has ended.
        "--posthorn.store.postgresql.lease-duration=3s",
        "--posthorn.store.postgresql.lease-renewal=1s");
  }

  /** Reads what else the program says, which would wait otherwise. */
  private static void drain(BufferedReader output) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                output.transferTo(Writer.nullWriter());
              } catch (IOException e) { // the process was killed
                return;
              }
            });
  }

  /** Returns a client of its HTTP API. */
  RestClient client() {
    return RestClient.create("http://127.0.0.1:" + port);
  }

  /** Returns whether it still runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the seconds that Spring reports for the start. */
  double seconds() {
    return seconds;
  }

  /** Returns the processor time from the start of the process until it served requests. */
  Duration cpu() {
    return cpu;
  }

  /** Ends it as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Ends it as an operator does, if it still runs. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }
}
