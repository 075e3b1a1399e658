package dev.posthorn.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Links within the documents lead somewhere, and to every page. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

  /** A badge, and the runs that it tells of: pages of GitHub beside the repository's files. */
  private static final Pattern WORKFLOW =
      Pattern.compile("\\.\\./\\.\\./actions/workflows/([a-z]+\\.yml)(/badge\\.svg)?");

  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*)");

  private static List<String> prose(Path page) {
    try {
      return Pages.withoutCode(page).stream().map(line -> line.replaceAll("`[^`]*`", "")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> links(Path page) {
    return prose(page).stream()
        .flatMap(line -> LINK.matcher(line).results())
        .map(link -> link.group(1))
        .filter(link -> !ELSEWHERE.matcher(link).matches())
        .toList();
  }

  private static Path target(Path page, String link) {
    Matcher workflow = WORKFLOW.matcher(link);
    if (workflow.matches()) {
      return Pages.ROOT.resolve(".github/workflows").resolve(workflow.group(1));
    }
    String file = link.replaceAll("#.*", "");
    return file.isEmpty() ? page : page.resolveSibling(file).normalize();
  }

  @Test
  void eachLeadsToAFileAndToAHeadingOfIt() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : Pages.all()) {
      for (String link : links(page)) {
        Path target = target(page, link);
        int hash = link.indexOf('#');
        boolean leads =
            Files.exists(target)
                && (hash < 0
                    || !target.toString().endsWith(".md")
                    || anchors(target).contains(link.substring(hash + 1)));
        if (!leads) {
          broken.add(Pages.name(page) + ": " + link);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  /** Returns the names of a page's headings, as GitHub makes them. */
  private static Set<String> anchors(Path page) throws IOException {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> times = new HashMap<>();
    for (String line : Pages.withoutCode(page)) {
      MatchResult heading = HEADING.matcher(line).results().findFirst().orElse(null);
      if (heading != null && line.startsWith("#")) {
        String name =
            heading
                .group(1)
                .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_\\- ]", "")
                .replace(' ', '-');
        int before = times.merge(name, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? name : name + "-" + before);
      }
    }
    return anchors;
  }

  @Test
  void everyPageCanBeReachedFromTheReadme() throws IOException {
    Set<Path> reached = new HashSet<>();
    Deque<Path> next = new ArrayDeque<>(List.of(Pages.ROOT.resolve("README.md")));
    while (!next.isEmpty()) {
      Path page = next.remove();
      if (reached.add(page) && page.toString().endsWith(".md")) {
        links(page).forEach(link -> next.add(target(page, link)));
      }
    }
    Set<Path> missed = new TreeSet<>(Pages.all());
    missed.removeAll(reached);
    assertThat(missed).isEmpty();
  }
}
