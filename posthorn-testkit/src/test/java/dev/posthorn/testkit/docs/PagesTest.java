package dev.posthorn.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The form of the pages: their width, their headings and how they begin. */
class PagesTest {
  private static final int WIDTH = 100;
  private static final Pattern HEADING = Pattern.compile("#{1,6} .*");
  private static final Pattern RELATIVE =
      Pattern.compile("#+ (?i:what|how|when|which|whether|who|whose|where|that)\\b.*");

  @Test
  void linesHaveAtMost100ColumnsButForTablesAndCode() throws IOException {
    List<String> wide = new ArrayList<>();
    for (Path page : Pages.all()) {
      List<String> lines = Pages.withoutCode(page);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (line.codePointCount(0, line.length()) > WIDTH && !line.strip().startsWith("|")) {
          wide.add(Pages.name(page) + ":" + (i + 1));
        }
      }
    }
    assertThat(wide).isEmpty();
  }

  @Test
  void headingsAreNounsOrImperatives() throws IOException {
    List<String> relative = new ArrayList<>();
    for (Path page : Pages.all()) {
      for (String line : Pages.withoutCode(page)) {
        if (RELATIVE.matcher(line).matches()) {
          relative.add(Pages.name(page) + ": " + line);
        }
      }
    }
    assertThat(relative).isEmpty();
  }

  /** The paragraph is where a page says what its reader will be able to do. */
  @Test
  void eachBeginsWithATitleAndAParagraph() throws IOException {
    for (Path page : Pages.all()) {
      List<String> lines =
          Pages.withoutCode(page).stream().filter(line -> !line.isBlank()).toList();
      assertThat(lines.get(0)).as(Pages.name(page)).startsWith("# ");
      assertThat(lines.get(1)).as(Pages.name(page)).doesNotStartWith("|").doesNotStartWith("* ");
      assertThat(HEADING.matcher(lines.get(1)).matches()).as(Pages.name(page)).isFalse();
    }
  }
}
