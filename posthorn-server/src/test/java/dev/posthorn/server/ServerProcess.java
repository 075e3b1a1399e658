package dev.posthorn.server;

import dev.posthorn.testkit.receiver.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code posthorn serve} in a separate process, with its database in a directory. */
final class ServerProcess implements AutoCloseable {
  /** The time for a start beside other work, with a lease of another process to wait for. */
  private static final long READY_SECONDS = 180;

  /** Options of a process of seconds: the second stage of the JIT takes more than it saves. */
  private static final List<String> JAVA =
      List.of("-Xmx128m", "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1");

  private final Process process;
  private final Path log;
  private final BufferedReader out;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  private ServerProcess(Process process, Path log, String ready) {
    this.process = process;
    this.log = log;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.url = ready;
  }

  /** Starts a process without waiting for it. */
  static Process spawn(Path folder, Map<String, String> environment, String... arguments) {
    return spawn(folder, environment, JAVA, Main.class, List.of(arguments));
  }

  /** Starts a process with another main class and JVM options without waiting for it. */
  static Process spawn(
      Path folder,
      Map<String, String> environment,
      List<String> options,
      Class<?> main,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("log").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("POSTHORN_"));
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server on free ports and waits until it is ready. */
  static ServerProcess start(Path folder, Map<String, String> environment, String... arguments) {
    return start(folder, environment, JAVA, arguments);
  }

  /** Starts a server on a database, with its log in a directory, without waiting for it. */
  static Process spawnOn(
      String store, Path folder, Map<String, String> environment, String... arguments) {
    List<String> all = new ArrayList<>(List.of("serve", "--store", store));
    all.addAll(List.of("--listen", "127.0.0.1:0", "--allow-network", "127.0.0.0/8"));
    all.addAll(List.of(arguments));
    return spawn(folder, environment, JAVA, Main.class, all);
  }

  /** Starts a server with JVM options and waits until it is ready. */
  static ServerProcess start(
      Path folder, Map<String, String> environment, List<String> options, String... arguments) {
    List<String> all = new ArrayList<>(List.of("serve"));
    all.addAll(List.of("--db", folder.resolve("posthorn.db").toString()));
    all.addAll(List.of("--listen", "127.0.0.1:0", "--allow-network", "127.0.0.0/8"));
    all.addAll(List.of(arguments));
    return ready(folder, spawn(folder, environment, options, Main.class, all));
  }

  /** Waits until a spawned process, with its log in the directory, is ready. */
  static ServerProcess ready(Path folder, Process process) {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    Path log = folder.resolve("log");
    try {
      String line =
          CompletableFuture.supplyAsync(() -> read(out), OwnThread::start)
              .get(READY_SECONDS, TimeUnit.SECONDS);
      if (line == null || !line.startsWith("ready http")) {
        throw new AssertionError("not ready: " + line + "\n" + Files.readString(log));
      }
      return new ServerProcess(process, log, line.substring("ready ".length()));
    } catch (Exception e) {
      process.destroyForcibly();
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable String read(BufferedReader out) {
    try {
      return out.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return url;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGKILL and waits for the end. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends a request with a token; null for none. */
  HttpResponse<String> send(
      String method, String at, @Nullable String token, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(at))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** Waits for the end and returns the exit code. */
  int awaitEnd() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("it does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns the standard output after the first line, once the process has ended. */
  String restOfOutput() {
    StringBuilder rest = new StringBuilder();
    for (String line; (line = read(out)) != null; ) {
      rest.append(line).append('\n');
    }
    return rest.toString();
  }

  /** Returns the standard error output. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the log contains a text. */
  void awaitLog(String text) {
    Await.until("the log has " + text, () -> log().contains(text));
  }

  @Override
  public void close() {
    process.toHandle().destroyForcibly();
    http.close();
  }
}
