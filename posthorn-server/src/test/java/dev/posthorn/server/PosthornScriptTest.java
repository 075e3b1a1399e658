package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/posthorn} in a checkout with a Maven that compiles nothing, and a Java that echoes.
 */
class PosthornScriptTest {
  @TempDir private Path root;

  private void script(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Path file(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  /** Runs the script and returns what it prints on standard output. */
  private String run(String... arguments) throws IOException, InterruptedException {
    Path text = root.resolve("text");
    ProcessBuilder builder =
        new ProcessBuilder("bash", root.resolve("bin/posthorn").toString())
            .redirectOutput(text.toFile())
            .redirectError(root.resolve("log").toFile());
    builder.command().addAll(List.of(arguments));
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(root.resolve("log"))).isZero();
    return Files.readString(text);
  }

  private void checkout(String beforeBuild) throws IOException {
    Files.writeString(root.resolve("pom.xml"), "<module>posthorn-server</module>");
    Files.createDirectory(root.resolve("bin"));
    Files.copy(Path.of("..", "bin", "posthorn"), root.resolve("bin/posthorn"));
    script("bin/find-jdk", "echo '" + root.resolve("jdk") + "'");
    script("jdk/bin/java", "echo \"$@\"");
    script(
        "bin/maven",
        beforeBuild
            + """
              for module in server bench; do
                mkdir -p posthorn-$module/target/fast/lib
                touch posthorn-$module/target/fast/posthorn-$module-2.jar
              done""");
  }

  private Process start(String name) throws IOException {
    return new ProcessBuilder("bash", root.resolve("bin/posthorn").toString(), "--version")
        .redirectOutput(root.resolve(name + ".text").toFile())
        .redirectError(root.resolve(name + ".log").toFile())
        .start();
  }

  private String said(String file) {
    try {
      return Files.readString(root.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whoeverStartsItWhileAnotherProcessBuildsWaitsForThat() throws Exception {
    checkout(
        """
        echo build >> builds
        until [ -e go ]; do sleep 0.1; done
        """);
    Process first = start("first");
    Await.until("it builds", () -> Files.exists(root.resolve("builds")));
    Process second = start("second");
    Await.until("the second waits", () -> said("second.log").contains("Waiting for another build"));
    file("go");
    for (Process each : List.of(first, second)) {
      assertThat(each.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(each.exitValue()).isZero();
    }
    assertThat(said("builds")).isEqualTo("build\n");
    assertThat(said("first.text")).contains("--version").isEqualTo(said("second.text"));
    assertThat(root.resolve("target/build.lock")).doesNotExist();
  }

  @Test
  void theLockOfAProcessThatWasKilledHoldsUpNobody() throws Exception {
    checkout("");
    Process ended = new ProcessBuilder("true").start();
    assertThat(ended.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Files.createDirectory(root.resolve("target"));
    Files.createSymbolicLink(root.resolve("target/build.lock"), Path.of("" + ended.pid()));
    assertThat(run("--version")).contains("--version");
  }

  @Test
  void afterABuildNothingOfAnotherVersionIsLeft() throws Exception {
    checkout("");
    file("posthorn-server/target/fast/posthorn-server-1-SNAPSHOT.jar");
    file("posthorn-bench/target/fast/posthorn-bench-1-SNAPSHOT.jar");
    Path library = file("posthorn-bench/target/fast/lib/netty-1.jar");

    assertThat(run("--version")).contains("posthorn-server-2.jar --version");
    assertThat(run("bench"))
        .contains("/posthorn-bench-2.jar:")
        .doesNotContain("posthorn-bench-1-SNAPSHOT.jar");
    assertThat(library).doesNotExist(); // the benchmarks take all libraries that are there
  }
}
