package dev.posthorn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Posthorn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

class PosthornFailureAnalyzerTest {
  @TempDir private Path folder;

  private FailureAnalysis failure(String... properties) {
    Throwable[] failure = new Throwable[1];
    Contexts.in(folder)
        .withPropertyValues(properties)
        .run(context -> failure[0] = context.getStartupFailure());
    return Objects.requireNonNull(
        new PosthornFailureAnalyzer().analyze(Objects.requireNonNull(failure[0])));
  }

  @Test
  void springBootFindsIt() {
    List<FailureAnalyzer> analyzers =
        SpringFactoriesLoader.forDefaultResourceLocation(getClass().getClassLoader())
            .load(FailureAnalyzer.class, FailureHandler.logging(LogFactory.getLog(getClass())));
    assertThat(analyzers).hasAtLeastOneElementOfType(PosthornFailureAnalyzer.class);
  }

  @Test
  void anOpenFileNeedsAnotherFileOrMoreTime() {
    try (Posthorn other = Contexts.open(folder.resolve("webhooks.db"))) {
      assertThat(other.health().isReady()).isTrue();
      FailureAnalysis analysis = failure();
      assertThat(analysis.getDescription()).startsWith("Posthorn failed: ");
      assertThat(analysis.getAction())
          .contains("posthorn.store.open-timeout", "posthorn.store.file", "@AutoConfigurePosthorn");
    }
  }

  @Test
  void aMissingFolderIsNamedWithTheProperty() {
    FailureAnalysis analysis = failure("posthorn.store.file=" + folder.resolve("no/webhooks.db"));
    assertThat(analysis.getDescription()).contains(folder.resolve("no") + " does not exist");
    assertThat(analysis.getAction()).isEqualTo("Change posthorn.store.file.");
  }

  @Test
  void aFileOfAnotherKindIsNamedWithTheProperties() throws IOException {
    Files.writeString(folder.resolve("webhooks.db"), "not a database at all, but long enough\n");
    FailureAnalysis analysis = failure();
    assertThat(analysis.getAction()).contains("posthorn.store.file", "posthorn.keys.secret");
  }

  @Test
  void missingCertificatesAreNamedWithTheProperty() {
    FailureAnalysis analysis =
        failure("posthorn.network.trusted-certificates=" + folder.resolve("none.pem"));
    assertThat(analysis.getDescription()).contains("none.pem");
    assertThat(analysis.getAction()).isEqualTo("Change posthorn.network.trusted-certificates.");
  }
}
