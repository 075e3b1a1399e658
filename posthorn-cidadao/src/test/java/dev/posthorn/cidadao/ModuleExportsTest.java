package dev.posthorn.cidadao;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** The internal packages of the library that this module may use when both are modules. */
class ModuleExportsTest {
  private static final Pattern USED = Pattern.compile("-> (dev\\.posthorn\\.internal[a-z.]*)");
  private static final Pattern EXPORT =
      Pattern.compile("exports (dev\\.posthorn\\.internal[a-z.]*) to([^;]*);");

  @Test
  void allThatItUsesAreExportedToIt() throws Exception {
    Path classes =
        Path.of(WebhookService.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    StringWriter said = new StringWriter();
    ToolProvider.findFirst("jdeps")
        .orElseThrow()
        .run(
            new PrintWriter(said, true),
            new PrintWriter(said, true),
            "--multi-release",
            "base",
            "--ignore-missing-deps",
            "-verbose:package",
            classes.toString());
    Set<String> used = new TreeSet<>();
    USED.matcher(said.toString()).results().forEach(found -> used.add(found.group(1)));
    Set<String> exported = new TreeSet<>();
    EXPORT
        .matcher(Files.readString(Path.of("../posthorn/src/main/java/module-info.java")))
        .results()
        .filter(found -> found.group(2).contains("dev.posthorn.cidadao"))
        .forEach(found -> exported.add(found.group(1)));

    assertThat(used).isNotEmpty().isEqualTo(exported);
  }
}
