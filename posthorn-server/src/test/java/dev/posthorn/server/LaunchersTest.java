package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that runs out of memory exits, however it was started, instead of running on partially.
 */
class LaunchersTest {
  private static final String FLAG = "-XX:+ExitOnOutOfMemoryError";

  @TempDir private Path folder;

  /** A server that exhausts its memory once it is ready. */
  static final class Greedy {
    static volatile List<long[]> taken = List.of();

    private Greedy() {}

    public static void main(String... arguments) {
      Thread greedy =
          new Thread(
              () -> {
                try {
                  if (System.in.read() >= 0) {
                    takeAll();
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      greedy.setDaemon(true);
      greedy.start();
      Main.main(arguments);
    }

    private static void takeAll() {
      List<long[]> all = new ArrayList<>();
      taken = all;
      while (true) {
        all.add(new long[100_000]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bin/posthorn",
        "posthorn-server/src/distribution/posthorn",
        "examples/systemd/posthorn.service",
        "docs/operating/install.md"
      })
  void eachCommandThatStartsAServerHasTheFlag(String launcher) throws IOException {
    List<String> commands =
        Files.readAllLines(Path.of("..", launcher)).stream()
            .map(String::strip)
            .filter(line -> line.matches("(exec |ExecStart=|ENTRYPOINT ).*java.*|java -.*"))
            .toList();
    assertThat(commands)
        .isNotEmpty()
        .allSatisfy(command -> assertThat(command).containsAnyOf(FLAG, "\"$exit_on_oom\""));
  }

  @Test
  void soHaveJavasArgumentsInTheImage() throws IOException {
    assertThat(Files.readAllLines(Path.of("src/image/opt/posthorn/posthorn"))).contains(FLAG);
  }

  @Test
  void aServerWithoutMemoryEndsWithACodeThatIsNotZero() throws Exception {
    Process process =
        ServerProcess.spawn(
            folder,
            Map.of(),
            List.of("-Xmx64m", FLAG),
            Greedy.class,
            List.of(
                "serve",
                "--db",
                folder.resolve("posthorn.db").toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin-listen",
                "none",
                "--secret-key",
                "0".repeat(64)));
    try {
      assertThat(process.inputReader().readLine()).startsWith("ready ");
      process.getOutputStream().write('x');
      process.getOutputStream().flush();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(3); // the JVM's own code for it
    } finally {
      process.toHandle().destroyForcibly();
    }
  }
}
