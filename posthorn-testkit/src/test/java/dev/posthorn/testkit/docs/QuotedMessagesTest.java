package dev.posthorn.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The messages that the page on troubleshooting quotes are those of the program. */
class QuotedMessagesTest {
  private static final String PAGE = "docs/operating/troubleshooting.md";

  private static final Pattern QUOTED = Pattern.compile("`([^`\\n]*)`");

  /** Other kinds of such quotations: a command, or a setting with its value. */
  private static final Pattern NO_MESSAGE =
      Pattern.compile("(GET|POST|PUT|DELETE|posthorn|keys|ulimit|fuser|--?[a-z]).*");

  private static final Pattern CONCATENATION = Pattern.compile("\"\\s*\\+\\s*\"");

  @Test
  void areInTheSources() throws IOException {
    String sources = sources();
    List<String> fragments =
        QUOTED
            .matcher(Files.readString(Pages.ROOT.resolve(PAGE)))
            .results()
            .map(quoted -> quoted.group(1))
            .filter(quoted -> quoted.contains(" ")) // others are names of settings or figures
            .filter(quoted -> !NO_MESSAGE.matcher(quoted).matches())
            .flatMap(quoted -> Stream.of(quoted.split("…")))
            .map(String::strip)
            .filter(fragment -> fragment.contains(" "))
            .toList();
    assertThat(fragments).hasSizeGreaterThan(40);
    assertThat(fragments.stream().filter(fragment -> !sources.contains(fragment))).isEmpty();
  }

  private static String sources() throws IOException {
    try (Stream<Path> modules = Files.list(Pages.ROOT)) {
      return modules
          .map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .map(QuotedMessagesTest::sources)
          .collect(Collectors.joining());
    }
  }

  private static String sources(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(file -> CONCATENATION.matcher(read(file)).replaceAll(""))
          .collect(Collectors.joining());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
