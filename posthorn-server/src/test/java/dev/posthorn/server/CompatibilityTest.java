package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The page on compatibility names the tests of every operation, and all of them exist. */
class CompatibilityTest {
  private static final Set<String> VERDICTS = Set.of("same", "better", "differs");
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
  private static final Pattern ROW =
      Pattern.compile("^\\| `([A-Z]+)(?:`, `HEAD)? (/[^`]*)` \\|([^|]*)\\|(.*)\\|([^|]*)\\|$");
  private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]*Test)(?:\\.(\\w+))?`");
  private static final String TESTS = "@(Test|ParameterizedTest|FuzzTest|RepeatedTest)\\b";

  private final Path root = root();
  private final String page = read(root.resolve("docs/reference/compatibility.md"));

  /** A line of the table. */
  private record Row(String operation, String verdict, List<String> tests) {}

  @Test
  void hasOneRowForEachOperationOfTheOpenServer() throws IOException {
    assertThat(operations()).hasSize(41);
    assertThat(rows().stream().map(Row::operation).toList())
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(operations());
  }

  @Test
  void saysOfEachWhetherItIsTheSame() {
    assertThat(rows()).allSatisfy(row -> assertThat(VERDICTS).contains(row.verdict()));
  }

  @Test
  void namesTheTestMethodsThatHoldEach() {
    assertThat(rows())
        .allSatisfy(
            row ->
                assertThat(row.tests())
                    .as(row.operation())
                    .isNotEmpty()
                    .allSatisfy(test -> assertThat(test).contains("."))
                    .allSatisfy(test -> assertThat(test).doesNotStartWith("EveryOperationTest")));
  }

  @Test
  void namesOnlyTestsThatAreThere() {
    Map<String, String> sources = testSources();
    Matcher named = TEST.matcher(page);
    List<String> missing = new ArrayList<>();
    while (named.find()) {
      String source = sources.get(named.group(1));
      if (source == null || (named.group(2) != null && !hasTest(source, named.group(2)))) {
        missing.add(named.group());
      }
    }
    assertThat(missing).as("named, but not there").isEmpty();
  }

  private static boolean hasTest(String source, String method) {
    // From the annotation on there is no other method's body.
    return Pattern.compile(TESTS + "(?:(?!\\bvoid\\b)[\\s\\S])*\\bvoid " + method + "\\(")
        .matcher(source)
        .find();
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String line : page.lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String path = SchemaDocument.normal("/api/v1" + row.group(2));
        List<String> tests = new ArrayList<>();
        Matcher test = TEST.matcher(row.group(5));
        while (test.find()) {
          tests.add(test.group(1) + Optional.ofNullable(test.group(2)).map("."::concat).orElse(""));
        }
        rows.add(new Row(row.group(1) + " " + path, row.group(3).strip(), tests));
      }
    }
    return rows;
  }

  private static Set<String> operations() throws IOException {
    Set<String> operations = new TreeSet<>();
    try (InputStream in = CompatibilityTest.class.getResourceAsStream("/svix/open-server.json")) {
      new JsonMapper()
          .readTree(in)
          .get("paths")
          .properties()
          .forEach(
              path ->
                  path.getValue().propertyNames().stream()
                      .filter(METHODS::contains)
                      .map(method -> method.toUpperCase(Locale.ROOT))
                      .map(method -> method + " " + SchemaDocument.normal(path.getKey()))
                      .forEach(operations::add));
    }
    return operations;
  }

  private Map<String, String> testSources() {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.filter(one -> Files.exists(one.resolve("pom.xml"))).toList()) {
        Path tests = module.resolve("src/test/java");
        if (Files.exists(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            files
                .filter(file -> file.toString().endsWith("Test.java"))
                .forEach(
                    file ->
                        sources.put(
                            file.getFileName().toString().replace(".java", ""), read(file)));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources;
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/reference/compatibility.md"))) {
      directory = Objects.requireNonNull(directory.getParent(), "docs/reference/compatibility.md");
    }
    return directory;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
