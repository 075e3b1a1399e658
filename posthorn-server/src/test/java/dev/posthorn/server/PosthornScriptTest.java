package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

  @Test
  void afterABuildNothingOfAnotherVersionIsLeft() throws Exception {
    Files.writeString(root.resolve("pom.xml"), "<module>posthorn-server</module>");
    Files.createDirectory(root.resolve("bin"));
    Files.copy(Path.of("..", "bin", "posthorn"), root.resolve("bin/posthorn"));
    script("bin/find-jdk", "echo '" + root.resolve("jdk") + "'");
    script("jdk/bin/java", "echo \"$@\"");
    script(
        "bin/maven",
        """
        for module in server bench; do
          mkdir -p posthorn-$module/target/fast/lib
          touch posthorn-$module/target/fast/posthorn-$module-2.jar
        done""");
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
