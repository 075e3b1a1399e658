package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Native libraries are loaded also where the folder for temporary files is not one to load from.
 */
class TempFolderTest {
  @TempDir private Path folder;

  @BeforeEach
  void needNativeLibraries() {
    assumeTrue(Epoll.isAvailable() && OpenSsl.isAvailable(), "this machine has none");
  }

  /** Opens a database in a process of its own; returns what it says. */
  private List<String> open(Path file, String temporary, String named) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TempFolderTest.class.getName(),
                file.toString(),
                named)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      return output.lines().toList();
    } finally {
      process.toHandle().destroyForcibly();
    }
  }

  /** Runs the process; its arguments are a file and, optionally, the folder to load from. */
  public static void main(String[] args) {
    PosthornOptions.Builder options = PosthornOptions.builder(Path.of(args[0]));
    if (!args[1].isEmpty()) {
      options.tempFolder(Path.of(args[1]));
    }
    try (Posthorn posthorn = Posthorn.open(options.build())) {
      posthorn.endpoints().add(NewEndpoint.of("https://example.com/"));
      System.out.println("epoll " + Epoll.isAvailable() + " boringssl " + OpenSsl.isAvailable());
    } catch (RuntimeException e) {
      System.out.println(e.getMessage());
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void thatOfTheDatabaseTakesItsPlaceAndNothingStaysThere() throws IOException {
    String none = Files.createFile(folder.resolve("none")).toString();
    Path own = Files.createDirectory(folder.resolve("own"));
    assertThat(open(own.resolve("a.db"), none, "")).contains("epoll true boringssl true");
    assertThat(names(own)).containsExactly("a.db", "a.db.key", "a.db.lock");
  }

  @Test
  void oneThatIsNamedIsUsedAndNothingStaysThere() throws IOException {
    Path named = Files.createDirectory(folder.resolve("named"));
    String missing = folder.resolve("missing").toString();
    assertThat(open(folder.resolve("a.db"), missing, named.toString()))
        .contains("epoll true boringssl true");
    assertThat(named).isEmptyDirectory();
  }

  @Test
  void oneThatIsNamedAndCannotBeUsedIsToldWithTheReasonAndTheRemedy() throws IOException {
    Path named = Files.createFile(folder.resolve("named"));
    Path file = folder.resolve("a.db");
    assertThat(String.join("\n", open(file, folder.toString(), named.toString())))
        .contains("native libraries cannot be loaded from " + named, "tempFolder or --temp-dir");
    assertThat(file).doesNotExist();
  }
}
