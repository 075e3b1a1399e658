package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bin/test} with names that it cannot run, when it must not build anything. */
class TestScriptTest {
  @TempDir private Path folder;

  private record Ended(int code, String text) {}

  private Ended run(String... arguments) throws IOException, InterruptedException {
    Path text = folder.resolve("text");
    Path script = Path.of("..", "bin", "test").toAbsolutePath().normalize();
    ProcessBuilder builder =
        new ProcessBuilder("bash", script.toString())
            .directory(folder.toFile()) // it works from any directory
            .redirectErrorStream(true)
            .redirectOutput(text.toFile());
    builder.command().addAll(List.of(arguments));
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readString(text));
  }

  @ParameterizedTest
  @CsvSource({
    "TestScriptTests, unknown test TestScriptTests; the nearest are TestScriptTest",
    "dev.posthorn.SignrTest, unknown test SignrTest; the nearest are SignerTest",
    "TestScriptTest#withoutNames, the nearest are withoutANameItTellsHowItIsUsed",
    "SignerTest#nonsense, SignerTest has no test nonsense; the nearest are"
  })
  void anUnknownTestIsRefusedWithTheNearestNames(String name, String message) throws Exception {
    Ended ended = run(name);
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.text()).startsWith("posthorn: ").contains(message);
  }

  @Test
  void withoutANameItTellsHowItIsUsed() throws Exception {
    Ended ended = run();
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.text()).contains("Usage: bin/test VerdictTest");
    assertThat(run("--help").code()).isZero();
  }
}
