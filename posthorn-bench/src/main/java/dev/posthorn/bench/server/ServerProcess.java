package dev.posthorn.bench.server;

import dev.posthorn.bench.JavaProcess;
import dev.posthorn.server.Main;
import dev.posthorn.server.auth.Jwts;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code posthorn serve} in a process of its own. */
public final class ServerProcess implements AutoCloseable {
  /** Key that signs tokens. */
  private static final String SECRET = "a secret that only benchmarks know, long enough";

  private static final String KEY = "0".repeat(64);
  private static final String READY = "ready ";

  private final Process process;
  private final int port;

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts the server on a file with a heap of 256 MB, and waits until it is ready. */
  public static ServerProcess start(Path file, String retrySchedule, List<String> javaOptions)
      throws IOException {
    return ready(
        JavaProcess.start(
            256, javaOptions, Main.class, arguments(flags(file), retrySchedule).toArray()));
  }

  /**
   * Starts the server with flags and a heap of 256 MB, and waits until it is ready.
   *
   * @param flags those that name its database, and more
   */
  public static ServerProcess start(List<String> flags, String retrySchedule) throws IOException {
    return ready(JavaProcess.start(256, Main.class, arguments(flags, retrySchedule).toArray()));
  }

  /**
   * Starts the server as people do, with the script that the system property {@code
   * posthorn.command} names, and waits until it is ready.
   */
  public static ServerProcess startWithScript(Path file, String retrySchedule) throws IOException {
    return startWithScript(flags(file), retrySchedule);
  }

  /**
   * Starts the server as people do, and waits until it is ready.
   *
   * @param place the flags that name its database
   */
  public static ServerProcess startWithScript(List<String> place, String retrySchedule)
      throws IOException {
    return ready(script(place, retrySchedule));
  }

  private static List<String> flags(Path file) {
    return List.of("--db", file.toString());
  }

  /**
   * Starts the server as people do, with a heap and settings of its own, and waits until it is
   * ready.
   */
  public static ServerProcess startWithScript(int heapMegabytes, Path file, List<String> settings)
      throws IOException {
    ProcessBuilder script = script(flags(file), "5s,5m");
    script.command().addAll(settings);
    script.environment().put("JAVA_TOOL_OPTIONS", "-Xmx" + heapMegabytes + "m");
    return ready(script);
  }

  private static ProcessBuilder script(List<String> place, String retrySchedule) {
    String script = System.getProperty("posthorn.command");
    if (script == null) {
      throw new IllegalArgumentException(
          "-Dposthorn.command= is missing: the script that starts the server");
    }
    List<String> command = new ArrayList<>(List.of(script));
    command.addAll(arguments(place, retrySchedule));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  private static List<String> arguments(List<String> place, String retrySchedule) {
    List<String> arguments = new ArrayList<>(List.of("serve"));
    arguments.addAll(place);
    arguments.addAll(List.of("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"));
    arguments.addAll(List.of("--jwt-secret", SECRET, "--secret-key", KEY));
    arguments.addAll(List.of("--allow-network", "127.0.0.0/8"));
    arguments.addAll(List.of("--retry-schedule", retrySchedule));
    return arguments;
  }

  private static ServerProcess ready(ProcessBuilder builder) throws IOException {
    return ready(builder.start());
  }

  private static ServerProcess ready(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line; (line = out.readLine()) != null; ) {
      if (line.startsWith(READY)) {
        return new ServerProcess(
            process, Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip()));
      }
    }
    throw new IOException("the server did not start; its errors are above");
  }

  /** Returns a token for the environment of benchmarks. */
  public static String token() {
    return token("org_bench");
  }

  /** Returns a token for an environment. */
  public static String token(String environment) {
    return new Jwts(SECRET).sign(environment, Instant.now(), null);
  }

  /** Returns the port of the API. */
  public int port() {
    return port;
  }

  /** Returns the exit code with which it has ended, and what it said last, or null if it runs. */
  public @Nullable String ended() throws IOException {
    if (process.isAlive()) {
      return null;
    }
    byte[] said = process.getInputStream().readAllBytes();
    return process.exitValue() + " " + new String(said, StandardCharsets.UTF_8).strip();
  }

  /** Returns the process. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends it with SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends it as it is meant to be ended. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
