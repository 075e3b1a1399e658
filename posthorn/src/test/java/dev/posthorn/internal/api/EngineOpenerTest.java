package dev.posthorn.internal.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineOpenerTest {
  @TempDir private Path folder;

  private PosthornOptions.Builder options() {
    return PosthornOptions.builder(folder.resolve("webhooks.db"));
  }

  @Test
  void aFileWithoutCertificatesIsNamedOnce() throws Exception {
    Path empty = Files.createFile(folder.resolve("cas.pem"));
    for (Path each : new Path[] {empty, folder.resolve("missing.pem")}) {
      assertThatThrownBy(() -> OpenPosthorn.open(options().trustedCertificates(each).build()))
          .isInstanceOfSatisfying(
              PosthornException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.INVALID);
                assertThat(e.getMessage()).containsOnlyOnce("trustedCertificates").contains("pem");
              });
    }
  }

  @Test
  void whatElseFailsIsNotBlamedOnTheCertificates() {
    assertThatThrownBy(
            () ->
                OpenPosthorn.open(
                    options().build(),
                    runtime -> {
                      throw new IllegalArgumentException("something else");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("something else");
  }
}
