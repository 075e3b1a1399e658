package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.auth.Jwts;
import dev.posthorn.testkit.attack.Attack;
import dev.posthorn.testkit.attack.Bystander;
import dev.posthorn.testkit.attack.Tally;
import dev.posthorn.testkit.attack.Target;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.NameServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * All known attacks at once against a server with its normal launcher, while another tenant is
 * served. {@code bin/posthorn bench attack} measures the same.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@EnabledOnOs(OS.LINUX) // the attacker has several addresses
class SecurityTest {
  private static final int ENDPOINTS = 1_000;
  private static final Duration ATTACK = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration A_MINUTE = Duration.ofMinutes(1);
  private static final long BREATH_NANOS = 50_000_000;
  private static final double MOST_MILLIS = 20_000;

  /**
   * Generous limit, because on a machine too busy to connect within 5 s the next attempt is 5 s
   * later.
   */
  private static final double MOST_MILLIS_TO_ARRIVE = 40_000;

  private static final long NEARBY = 64L << 20;
  private static final List<String> JAVA = List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError");
  private static final Map<String, String> SECRETS =
      Map.of("POSTHORN_JWT_SECRET", ServerFixture.SECRET, "POSTHORN_SECRET_KEY", "0".repeat(64));

  @TempDir private Path folder;

  private int admin;

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String token(String environment) {
    return new Jwts(ServerFixture.SECRET).sign(environment, Instant.now(), null);
  }

  private static int port(ServerProcess server) {
    return URI.create(server.url()).getPort();
  }

  private ServerProcess serve() {
    return ServerProcess.start(
        folder,
        SECRETS,
        JAVA,
        "--admin-listen",
        "127.0.0.1:" + admin,
        "--http-connections",
        "600",
        "--resolv-conf",
        folder.resolve("resolv.conf").toString());
  }

  @Test
  void everyAttackAtOnceCostsAnotherTenantNothing() throws Exception {
    admin = freePort();
    try (NameServer names = Attack.nameServer()) {
      Files.writeString(folder.resolve("resolv.conf"), names.line());
      attack();
      assertThat(names.names()).as("what the server asked").isNotEmpty();
    }
  }

  private void attack() throws Exception {
    try (ServerProcess server = serve();
        Bystander bystander = Bystander.of(port(server), token("org_bystander"))) {
      Target target = new Target(port(server), admin, token("org_attacker"), ENDPOINTS);
      try (Attack attack = Attack.prepare(target)) {
        long before = heap(server);
        attack.begin();
        bystander.begin();
        watch(server, System.nanoTime() + ATTACK.toNanos());
        assertThat(server.isAlive()).as("it is still the same process").isTrue();
        bystander.end(A_MINUTE);
        List<Tally> tallies = attack.end();
        for (Tally tally : tallies) {
          assertThat(tally.wrong()).isEmpty();
          assertThat(tally.done()).as(tally.name()).isPositive();
        }
        wasServed(bystander);
        Await.until(
            "the heap is nearly as before: " + before,
            A_MINUTE,
            () -> heap(server) < before + NEARBY);
        assertThat(metric(server, "posthorn_failures_unforeseen_total")).isZero();
      }
      server.kill();
      opensAgain(bystander);
    }
  }

  /** Checks that the operator can monitor the server all the time. */
  private void watch(ServerProcess server, long end) {
    while (System.nanoTime() - end < 0) {
      assertThat(server.send("GET", admin("/health/live"), null, null).statusCode()).isEqualTo(200);
      assertThat(server.send("GET", admin("/metrics"), null, null).statusCode()).isEqualTo(200);
      LockSupport.parkNanos(BREATH_NANOS);
    }
  }

  private void opensAgain(Bystander bystander) {
    long began = System.nanoTime();
    try (ServerProcess server = serve()) {
      Duration opened = Duration.ofNanos(System.nanoTime() - began);
      assertThat(opened).isLessThan(SOON);
      bystander.moveTo(port(server));
      int before = bystander.deliveries().count();
      bystander.begin();
      Await.until("deliveries flow again", () -> bystander.deliveries().count() > before + 10);
      bystander.end(A_MINUTE);
      wasServed(bystander);
    }
  }

  private static void wasServed(Bystander bystander) {
    assertThat(bystander.failures()).isEmpty();
    assertThat(bystander.gets().most()).isBetween(0.001, MOST_MILLIS);
    assertThat(bystander.posts().most()).isBetween(0.001, MOST_MILLIS);
    assertThat(bystander.deliveries().most()).isBetween(0.001, MOST_MILLIS_TO_ARRIVE);
  }

  private String admin(String path) {
    return "http://127.0.0.1:" + admin + path;
  }

  /** Returns the used heap after a garbage collection. */
  private long heap(ServerProcess server) {
    try {
      Process jcmd =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(server.pid()),
                  "GC.run")
              .redirectErrorStream(true)
              .start();
      String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(jcmd.waitFor()).as(said).isZero();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return (long) metric(server, "jvm_memory_used_bytes{area=\"heap\"");
  }

  /** Returns the sum of a metric, which must exist. */
  private double metric(ServerProcess server, String name) {
    List<String> found =
        server
            .send("GET", admin("/metrics"), null, null)
            .body()
            .lines()
            .filter(line -> line.startsWith(name))
            .toList();
    assertThat(found).as(name).isNotEmpty();
    return found.stream()
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
