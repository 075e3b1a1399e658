package dev.posthorn.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.ApiClient;
import dev.posthorn.server.Reply;
import dev.posthorn.server.ServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The files of the console: what they are, how they are served, and their size. */
class ConsolePagesTest {
  private static final int MOST_BYTES = 150_000;
  private static final Path FILES = Path.of("src/main/resources/dev/posthorn/server/console");
  private static final Path PORTAL = Path.of("src/main/resources/dev/posthorn/server/portal");

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final ApiClient nobody = SERVER.client("");

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void servesEachFileAndNothingElse() throws IOException {
    assertThat(files(FILES).stream().map(file -> file.getFileName().toString()))
        .containsExactlyInAnyOrderElementsOf(ConsolePages.FILES);
    for (Path file : files(FILES)) {
      Reply reply = nobody.get("/console/" + file.getFileName()).expect(200);
      assertThat(reply.body()).isEqualTo(Files.readAllBytes(file));
    }
    nobody.get("/console/ConsolePages.class").expect(404);
    nobody.get("/console/..%2Fapi.js").expect(404);
    assertThat(nobody.get("/console").expect(200).body())
        .isEqualTo(Files.readAllBytes(FILES.resolve("console.html")));
  }

  @Test
  void aPolicyForbidsEverythingFromElsewhereAndCodeInMarkup() {
    for (String path : List.of("/console", "/console/main.js", "/console/console.css")) {
      Reply reply = nobody.get(path).expect(200);
      assertThat(reply.header("Content-Security-Policy"))
          .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
          .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'")
          .doesNotContain("unsafe", "http:", "https:", "*");
      assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
    }
  }

  @Test
  void aBrowserThatHasAFileIsToldSo() {
    Reply first = nobody.get("/console/main.js").expect(200);
    String tag = Objects.requireNonNull(first.header("ETag"));
    assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
    Reply again = nobody.send("GET", "/console/main.js", null, "If-None-Match", tag).expect(304);
    assertThat(again.body()).isEmpty();
    nobody.send("GET", "/console/main.js", null, "If-None-Match", "\"other\"").expect(200);
  }

  /** Counts what a browser can load: one language, and code in one language at a time. */
  @Test
  void consoleAndPortalAreSmall() throws IOException {
    long bytes = size(FILES, name -> true);
    bytes += size(PORTAL, name -> name.startsWith("portal."));
    bytes += largest(PORTAL, name -> name.endsWith(".json"));
    bytes += largest(PORTAL, name -> name.startsWith("verify-"));
    assertThat(bytes).isLessThan(MOST_BYTES);
  }

  private static long size(Path folder, Predicate<String> which) throws IOException {
    long bytes = 0;
    for (Path file : files(folder)) {
      bytes += which.test(file.getFileName().toString()) ? Files.size(file) : 0;
    }
    return bytes;
  }

  private static long largest(Path folder, Predicate<String> which) throws IOException {
    long most = 0;
    for (Path file : files(folder)) {
      most = which.test(file.getFileName().toString()) ? Math.max(most, Files.size(file)) : most;
    }
    return most;
  }

  @Test
  void noScriptMakesMarkupOfTextOrCodeOfData() throws IOException {
    for (Path file : files(FILES)) {
      assertThat(Files.readString(file))
          .as(file.toString())
          .doesNotContain(
              "innerHTML",
              "outerHTML",
              "insertAdjacentHTML",
              "document.write",
              "eval(",
              "new Function",
              "DOMParser",
              " style=",
              "localStorage",
              "sessionStorage");
    }
  }
}
