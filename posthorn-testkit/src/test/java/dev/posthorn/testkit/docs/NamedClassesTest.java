package dev.posthorn.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes and tests that the pages on the internals name are there. */
class NamedClassesTest {
  private static final Pattern NAME =
      Pattern.compile("`(?:[a-z]+\\.)*([A-Z][a-z]+[A-Z]\\w*)(?:\\.\\w+)*`");

  @ParameterizedTest
  @ValueSource(strings = {"docs/internals/architecture.md", "docs/internals/guarantees.md"})
  void areThere(String page) throws IOException {
    Set<String> named =
        NAME.matcher(Files.readString(Pages.ROOT.resolve(page)))
            .results()
            .map(name -> name.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).hasSizeGreaterThan(30);
    assertThat(classes()).containsAll(named);
  }

  private static Set<String> classes() throws IOException {
    Set<String> classes = new TreeSet<>();
    try (Stream<Path> modules = Files.list(Pages.ROOT)) {
      for (Path module : modules.filter(one -> Files.isDirectory(one.resolve("src"))).toList()) {
        try (Stream<Path> files = Files.walk(module.resolve("src"))) {
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".java"))
              .forEach(name -> classes.add(name.replace(".java", "")));
        }
      }
    }
    return classes;
  }
}
