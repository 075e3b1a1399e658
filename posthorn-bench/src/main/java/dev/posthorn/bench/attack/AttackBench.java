package dev.posthorn.bench.attack;

import dev.posthorn.bench.Flags;
import dev.posthorn.bench.ProcessFigures;
import dev.posthorn.bench.TempFolder;
import dev.posthorn.bench.server.MemoryParts;
import dev.posthorn.bench.server.ServerProcess;
import dev.posthorn.testkit.attack.Attack;
import dev.posthorn.testkit.attack.Bystander;
import dev.posthorn.testkit.attack.Target;
import dev.posthorn.testkit.receiver.NameServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures what another tenant gets while strangers and a customer attack a server with all that is
 * known, at once: its requests and deliveries, alone and then; the server's memory before and
 * after; and how long the file takes to open after a kill. All parts are processes of this machine.
 */
public final class AttackBench {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int FLOWING = 10;
  private static final long NEARBY = 32L << 20;

  private final Path file;
  private final int heap;
  private final int adminPort;
  private final List<String> settings;
  private long wrong;

  private AttackBench(Path file, Path resolvConf, Flags flags) throws IOException {
    this.file = file;
    this.heap = flags.number("--heap");
    this.adminPort = freePort();
    this.settings =
        List.of(
            "--admin-listen",
            "127.0.0.1:" + adminPort,
            "--resolv-conf",
            resolvConf.toString(),
            "--endpoints-per-application",
            flags.get("--endpoints") + "",
            "--http-connections",
            flags.get("--connections") + "");
  }

  /** Returns the flags that there are. */
  public static Flags flags() {
    return new Flags()
        .with("--seconds", 30)
        .with("--alone", 5)
        .with("--endpoints", 2_000)
        .with("--connections", 600)
        .with("--heap", 512);
  }

  /**
   * Runs the benchmark; see the class comment. Ends with 1 if something was seen that must not be.
   */
  public static void main(String[] args) throws Exception {
    Flags flags = flags().parse(args);
    long wrong;
    try (TempFolder folder = TempFolder.create();
        NameServer names = Attack.nameServer()) {
      Path file = folder.path().resolve("attacked.db");
      Path resolvConf = Files.writeString(folder.path().resolve("resolv.conf"), names.line());
      AttackBench bench = new AttackBench(file, resolvConf, flags);
      bench.run(flags);
      wrong = bench.wrong;
    }
    System.exit(wrong == 0 ? 0 : 1);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void run(Flags flags) throws Exception {
    long began = System.nanoTime();
    try (ServerProcess server = ServerProcess.startWithScript(heap, file, settings)) {
      System.out.printf("a new file: ready after %s%n", cost(server, began));
      try (Bystander alone = bystander(server, "org_alone")) {
        serve(server, "alone", alone, flags.get("--alone"));
      }
      try (Bystander bystander = bystander(server, "org_bystander")) {
        attack(server, bystander, flags);
        server.kill();
        reopen(bystander);
      }
    }
  }

  private static Bystander bystander(ServerProcess server, String environment) {
    return Bystander.of(server.port(), ServerProcess.token(environment));
  }

  private void attack(ServerProcess server, Bystander bystander, Flags flags) throws Exception {
    String token = ServerProcess.token("org_attacker");
    Target target = new Target(server.port(), adminPort, token, flags.number("--endpoints"));
    long began = System.nanoTime();
    try (AttackerProcess attacker = new AttackerProcess(target)) {
      System.out.printf("the attacker is prepared after %d ms%n", millisSince(began));
      long before = MemoryParts.heapAfterCollection(server.handle());
      attacker.begin();
      serve(server, "attacked", bystander, flags.get("--seconds"));
      wrong += attacker.end();
      watchMemory(server, before);
    }
  }

  private void serve(ServerProcess server, String name, Bystander bystander, long seconds)
      throws IOException {
    bystander.begin();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(100_000_000);
      String ended = server.ended();
      if (ended != null) {
        throw new IOException("the server has ended: " + ended);
      }
    }
    bystander.end(PATIENCE);
    System.out.printf(
        "%s, for %d s:%n  GET       %s%n  POST      %s%n  delivery  %s%n",
        name, seconds, bystander.gets(), bystander.posts(), bystander.deliveries());
    bystander.failures().forEach(failure -> System.out.println("  FAILED " + failure));
    wrong += bystander.failures().size();
  }

  private void watchMemory(ServerProcess server, long before) throws Exception {
    long began = System.nanoTime();
    for (int i = 0; i < 6; i++) {
      long now = MemoryParts.heapAfterCollection(server.handle());
      System.out.printf(
          "heap after collection: %d MB before, %d MB now, %.0f s after the attack; resident %s, at most %s%n",
          before >> 20,
          now >> 20,
          millisSince(began) / 1e3,
          ProcessFigures.resident(server.handle()),
          ProcessFigures.mostResident(server.handle()));
      if (now < before + NEARBY) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(10));
    }
  }

  private void reopen(Bystander bystander) throws Exception {
    long bytes = Files.size(file);
    long began = System.nanoTime();
    try (ServerProcess server = ServerProcess.startWithScript(heap, file, settings)) {
      System.out.printf(
          "after a kill: ready after %s, with a file of %d MB%n", cost(server, began), bytes >> 20);
      int before = bystander.deliveries().count();
      bystander.moveTo(server.port());
      bystander.begin();
      while (bystander.deliveries().count() < before + FLOWING) {
        LockSupport.parkNanos(1_000_000);
      }
      System.out.printf("%d more deliveries after %d ms%n", FLOWING, millisSince(began));
      bystander.end(PATIENCE);
    }
  }

  private static String cost(ServerProcess server, long began) {
    long cpu = TimeUnit.NANOSECONDS.toMillis(ProcessFigures.cpu(server.handle()));
    return "%d ms (%d ms of CPU)".formatted(millisSince(began), cpu);
  }

  private static long millisSince(long began) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }
}
