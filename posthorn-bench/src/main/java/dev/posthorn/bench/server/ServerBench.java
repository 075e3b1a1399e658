package dev.posthorn.bench.server;

import dev.posthorn.bench.Flags;
import dev.posthorn.bench.JavaProcess;
import dev.posthorn.bench.ProcessFigures;
import dev.posthorn.bench.TempFolder;
import dev.posthorn.bench.delivery.History;
import dev.posthorn.bench.delivery.Latencies;
import dev.posthorn.bench.delivery.SqliteFloorStore;
import dev.posthorn.bench.delivery.TimingReceiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Measures the server as a process beside the floor with HTTP in front ({@link FloorServer}) in the
 * same run: messages come in over HTTP, one POST each, and go out over HTTP to this process.
 *
 * <p>So many messages are under way at all times ({@code --outstanding}) for so long ({@code
 * --seconds}), after a warm-up ({@code --warm-up}); then the same at two fixed rates ({@code
 * --slow-rate}, {@code --rate}) for latencies from sending the POST to receiving. Floor and server
 * take turns, {@code --rounds} times, each on its own file all the time; the best of each counts.
 * With {@code --history} both begin with so many messages and attempts in their file. Last, with
 * {@code --memory}, the server is under load for so many seconds more, and what its memory consists
 * of is printed.
 */
public final class ServerBench {
  private static final int PER_APPLICATION = 10;
  private static final String TYPE = "bench.t";
  private static final String AROUND = "{\"sentAt\":\"\",\"text\":\"\"}";
  private static final int DIGITS = 19;
  private static final int SETTING_UP = 32;
  private static final String SCHEDULE = "5s,5m,30m";

  /** Wakes a process again that has slept while the other one was measured. */
  private static final int AWAKE_SECONDS = 1;

  private final Flags flags;
  private final TimingReceiver receiver;

  /** Something under load, and the load. */
  private record Subject(String name, ProcessHandle process, HttpLoad load) {}

  private ServerBench(Flags flags, TimingReceiver receiver) {
    this.flags = flags;
    this.receiver = receiver;
  }

  /** Returns the flags that there are. */
  public static Flags flags() {
    return new Flags()
        .with("--bytes", 1_024)
        .with("--endpoints", 1)
        .with("--seconds", 5)
        .with("--warm-up", 20)
        .with("--outstanding", 512)
        .with("--slow-rate", 200)
        .with("--rate", 5_000)
        .with("--rounds", 3)
        .with("--history", 0)
        .with("--memory", 0);
  }

  /** Runs the benchmark; see the class comment for the flags. */
  public static void main(String[] args) throws Exception {
    Flags flags = flags().parse(args);
    try (TempFolder folder = TempFolder.create();
        TimingReceiver receiver = TimingReceiver.start(flags.number("--bytes"))) {
      new ServerBench(flags, receiver).run(folder.path());
    }
  }

  private void run(Path folder) throws IOException, InterruptedException, SQLException {
    System.out.printf(
        "%d-byte messages, %d endpoint(s), %d in history, %d under way, %d s each,"
            + " %d processors%n%n",
        flags.get("--bytes"),
        flags.get("--endpoints"),
        flags.get("--history"),
        flags.get("--outstanding"),
        flags.get("--seconds"),
        Runtime.getRuntime().availableProcessors());
    Path floorFile = folder.resolve("floor.db");
    Path file = folder.resolve("posthorn.db");
    if (flags.get("--history") > 0) {
      fill(floorFile, file);
    }
    Process floorProcess = JavaProcess.start(256, FloorServer.class, floorFile, receiver.port());
    BufferedReader floorOut = floorProcess.inputReader(StandardCharsets.US_ASCII);
    int floorPort = Integer.parseInt(floorOut.readLine().strip());
    List<String> options =
        flags.get("--memory") == 0 ? List.of() : List.of("-XX:NativeMemoryTracking=summary");
    try (HttpLoad floorLoad = new HttpLoad(floorPort, floorRequests());
        ServerProcess server = ServerProcess.start(file, SCHEDULE, options)) {
      if (flags.get("--history") == 0) {
        setUp(server.port());
      }
      try (HttpLoad load = new HttpLoad(server.port(), serverRequests())) {
        Subject subject = new Subject("server", server.handle(), load);
        if (flags.get("--rounds") > 0) {
          measure(new Subject("floor", floorProcess.toHandle(), floorLoad), subject);
        }
        if (flags.get("--memory") > 0) {
          double perSecond = load(subject, 0, flags.number("--memory"));
          System.out.printf(
              "%nafter %d s more at %.0f deliveries/s:%n", flags.get("--memory"), perSecond);
          MemoryParts.print(server.handle());
        }
      }
    } finally {
      floorProcess.getOutputStream().close();
      floorProcess.waitFor();
    }
  }

  private void fill(Path floor, Path file) throws IOException, SQLException {
    int count = flags.number("--history");
    int bytes = flags.number("--bytes");
    SqliteFloorStore.fill(floor, count, bytes, flags.number("--endpoints"));
    try (ServerProcess server = ServerProcess.start(file, SCHEDULE, List.of())) {
      setUp(server.port());
    }
    History.fill(file, count, bytes);
  }

  private void measure(Subject floor, Subject server) throws IOException {
    System.out.printf(
        "%-7s %12s %8s %8s %16s %22s %22s %10s%n",
        "",
        "deliveries/s",
        "CPU µs",
        "all",
        "p50/p99 ms, full",
        flags.get("--slow-rate") + "/s, CPU",
        flags.get("--rate") + "/s, CPU",
        "resident");
    load(floor, 0, flags.number("--warm-up"));
    load(server, 0, flags.number("--warm-up"));
    double bestFloor = 0;
    double bestServer = 0;
    for (int round = 1; round <= flags.get("--rounds"); round++) {
      bestFloor = Math.max(bestFloor, measure(floor));
      bestServer = Math.max(bestServer, measure(server));
    }
    System.out.printf(
        Locale.ROOT, "%nbest server / best floor: %.0f %%%n", 100 * bestServer / bestFloor);
  }

  private double measure(Subject subject) throws IOException {
    int seconds = flags.number("--seconds");
    load(subject, 0, AWAKE_SECONDS);
    receiver.times();
    long cpu = ProcessFigures.cpu(subject.process);
    long all = cpu + ProcessFigures.cpu(ProcessHandle.current());
    long before = receiver.received();
    double perSecond = load(subject, 0, seconds);
    double count = receiver.received() - before;
    double cpuMicros = (ProcessFigures.cpu(subject.process) - cpu) / 1e3 / count;
    double allMicros =
        (ProcessFigures.cpu(subject.process) + ProcessFigures.cpu(ProcessHandle.current()) - all)
            / 1e3
            / count;
    String full = millis(receiver.times());
    System.out.printf(
        Locale.ROOT,
        "%-7s %12.0f %8.1f %8.1f %16s %22s %22s %10s%n",
        subject.name,
        perSecond,
        cpuMicros,
        allMicros,
        full,
        paced(subject, flags.number("--slow-rate"), seconds),
        paced(subject, flags.number("--rate"), seconds),
        ProcessFigures.resident(subject.process));
    return perSecond;
  }

  private String paced(Subject subject, int rate, int seconds) throws IOException {
    long cpu = ProcessFigures.cpu(subject.process);
    long before = receiver.received();
    load(subject, rate, seconds);
    double count = receiver.received() - before;
    double micros = (ProcessFigures.cpu(subject.process) - cpu) / 1e3 / count;
    return String.format(Locale.ROOT, "%s, %.0f µs", millis(receiver.times()), micros);
  }

  private double load(Subject subject, int rate, int seconds) throws IOException {
    long before = receiver.received() - subject.load.sent();
    return subject.load.run(
        rate, seconds, flags.number("--outstanding"), () -> receiver.received() - before);
  }

  private static String millis(Latencies times) {
    return String.format(
        Locale.ROOT,
        "%.1f / %.1f",
        times.quantileMicros(0.5) / 1e3,
        times.quantileMicros(0.99) / 1e3);
  }

  // ---- what is sent --------------------------------------------------------------------------

  private String payload() {
    return "{"
        + HttpLoad.MARK
        + "1".repeat(DIGITS)
        + "\",\"text\":\""
        + "x".repeat(flags.number("--bytes") - AROUND.length() - DIGITS)
        + "\"}";
  }

  private List<byte[]> floorRequests() {
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < flags.get("--endpoints"); i++) {
      requests.add(
          ApiConnection.request(
              "POST", "/api/v1/app/" + i + "/msg", ServerProcess.token(), payload()));
    }
    return requests;
  }

  private List<byte[]> serverRequests() {
    String token = ServerProcess.token();
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < flags.get("--endpoints"); i++) {
      requests.add(
          ApiConnection.request(
              "POST",
              "/api/v1/app/bench-" + i / PER_APPLICATION + "/msg",
              token,
              "{\"eventType\":\"" + type(i) + "\",\"payload\":" + payload() + "}"));
    }
    return requests;
  }

  /** Creates applications and endpoints, many at the same time so that they share commits. */
  private void setUp(int port) {
    try (ApiConnection api = new ApiConnection(port, ServerProcess.token())) {
      api.createEventTypes(TYPE, Math.min(flags.number("--endpoints"), PER_APPLICATION));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int applications = (flags.number("--endpoints") + PER_APPLICATION - 1) / PER_APPLICATION;
    int threads = Math.min(SETTING_UP, applications);
    List<CompletableFuture<Void>> done = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int first = i;
      done.add(
          CompletableFuture.runAsync(
              () -> setUp(port, first, threads, applications),
              task -> Thread.ofPlatform().start(task)));
    }
    done.forEach(CompletableFuture::join);
  }

  private void setUp(int port, int first, int step, int applications) {
    try (ApiConnection api = new ApiConnection(port, ServerProcess.token())) {
      for (int i = first; i < applications; i += step) {
        String name = "bench-" + i;
        api.post("/api/v1/app", "{\"name\":\"" + name + "\",\"uid\":\"" + name + "\"}").good();
        int end = Math.min(flags.number("--endpoints"), (i + 1) * PER_APPLICATION);
        for (int endpoint = i * PER_APPLICATION; endpoint < end; endpoint++) {
          api.post("/api/v1/app/" + name + "/endpoint", endpoint(endpoint)).good();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String endpoint(int index) {
    return "{\"url\":\"http://127.0.0.1:%d/hooks/%d\",\"filterTypes\":[\"%s\"]}"
        .formatted(receiver.port(), index, type(index));
  }

  /** Returns the event type of an endpoint, which none else of its application has. */
  private static String type(int endpoint) {
    return TYPE + endpoint % PER_APPLICATION;
  }
}
