package dev.posthorn.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The workflows, and the pages that tell people the same, name programs that are there. */
class WorkflowsTest {
  private static final Pattern PROGRAM =
      Pattern.compile("(?<![\\w/.\\-)])(?:bin|\\.ci)/[a-z][a-z-]*");

  @Test
  void programsThatAreRunExist() throws IOException {
    List<Path> files =
        new ArrayList<>(
            List.of(Pages.ROOT.resolve("CONTRIBUTING.md"), Pages.ROOT.resolve("RELEASING.md")));
    try (Stream<Path> workflows = Files.list(Pages.ROOT.resolve(".github/workflows"))) {
      workflows.forEach(files::add);
    }
    TreeSet<String> programs = new TreeSet<>();
    for (Path file : files) {
      PROGRAM
          .matcher(Files.readString(file))
          .results()
          .map(MatchResult::group)
          .forEach(programs::add);
    }
    assertThat(programs)
        .contains("bin/check-release", "bin/reproduce", "bin/distribution", "bin/image", ".ci/run")
        .allSatisfy(program -> assertThat(Pages.ROOT.resolve(program)).isExecutable());
  }
}
