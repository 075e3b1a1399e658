package dev.posthorn.testkit.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown pages of the repository: those at its root, and all of {@code docs}. */
final class Pages {
  /** The repository. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern FENCE = Pattern.compile("\\s*```.*");

  private Pages() {}

  static List<Path> all() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> files = Files.list(ROOT)) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  /** Returns the name of a page as people write it: {@code docs/guides/sending.md}. */
  static String name(Path page) {
    return ROOT.relativize(page).toString();
  }

  /** Returns the lines of a page; an empty line stands for each line of code. */
  static List<String> withoutCode(Path page) throws IOException {
    List<String> lines = new ArrayList<>();
    boolean code = false;
    for (String line : Files.readAllLines(page)) {
      boolean fence = FENCE.matcher(line).matches();
      lines.add(code || fence ? "" : line);
      code ^= fence;
    }
    return lines;
  }

  /** Returns the blocks of code of a page that are marked with a language. */
  static List<String> blocks(String page, String language) throws IOException {
    return Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$")
        .matcher(Files.readString(ROOT.resolve(page)))
        .results()
        .map(block -> block.group(1))
        .toList();
  }
}
