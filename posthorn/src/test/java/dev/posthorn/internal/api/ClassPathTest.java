package dev.posthorn.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.posthorn.OldAnnotations;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathTest {
  @TempDir private Path folder;

  @Test
  void annotations_too_old_for_jackson_3_are_told_at_open_and_no_hindrance_with_another_mapper()
      throws Exception {
    Process process = OldAnnotations.start(folder);
    List<String> said;
    try (var output = process.inputReader()) {
      said = output.lines().toList();
    }
    assertThat(process.waitFor()).isZero();
    assertThat(said).hasSize(2);
    assertThat(said.get(0))
        .startsWith("INVALID classPath: Jackson ")
        .contains(Payloads.ANNOTATIONS, "jackson-bom.version", "PosthornOptions.json");
    assertThat(said.get(1)).isEqualTo("\"{n=1}\"");
  }

  @Test
  void the_remedy_names_the_annotations_that_this_build_has() {
    assertThat(JsonProperty.class.getPackage().getImplementationVersion())
        .isEqualTo(Payloads.ANNOTATIONS.substring(Payloads.ANNOTATIONS.lastIndexOf(':') + 1));
  }
}
