package dev.posthorn.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code on the page about Spring Modulith compiles on each line of it. */
class ModulithPageTest {
  private static final String PAGE = "docs/guides/spring-modulith.md";
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final Pattern TYPE = Pattern.compile("(?m)^public (?:class|record) (\\w+)");

  @TempDir private Path folder;

  @Test
  void allOfItCompiles() throws IOException {
    List<Source> sources = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(page()));
    while (block.find()) {
      Matcher type = TYPE.matcher(block.group(1));
      assertThat(type.find()).as(block.group(1)).isTrue();
      sources.add(new Source(type.group(1), block.group(1)));
    }
    assertThat(sources).hasSize(2);
    assertThat(errors(sources)).isEmpty();
  }

  /** Finds the page from the folder of this module, or from that of one that runs these tests. */
  private static Path page() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve(PAGE))) {
      folder = Objects.requireNonNull(folder.getParent(), PAGE);
    }
    return folder.resolve(PAGE);
  }

  private String errors(List<Source> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            folder.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    boolean compiled = compiler.getTask(said, null, null, options, null, sources).call();
    return compiled ? "" : said.toString();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String type, String text) {
      super(URI.create("string:///com/example/billing/" + type + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
