package dev.posthorn.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.signature.Verifier;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's sample for receivers, with the headers of common frameworks. */
class ReadmeTest {
  private static final Pattern CALL =
      Pattern.compile("(?m)^(verifier\\.verify\\((\\w+).*?;) +// (.*)$");
  private static final int JAVA_17 = 61;

  @TempDir private Path folder;

  @Test
  void what_it_says_of_verifying_compiles_with_the_headers_that_it_names() throws IOException {
    List<String> types = new ArrayList<>();
    StringBuilder methods = new StringBuilder();
    for (MatchResult call : calls(Files.readString(Path.of("..", "..", "README.md")))) {
      for (String type : call.group(3).split(", ", -1)) {
        types.add(type);
        methods.append(
            "static void m%d(dev.posthorn.signature.Verifier verifier, %s %s, byte[] body) { %s }%n"
                .formatted(types.size(), type, call.group(2), call.group(1)));
      }
    }
    assertThat(types)
        .contains(
            "jakarta.servlet.http.HttpServletRequest",
            "jakarta.ws.rs.core.HttpHeaders",
            "org.springframework.http.HttpHeaders",
            "com.sun.net.httpserver.Headers",
            "java.net.http.HttpHeaders");
    assertThat(errors("final class Receivers { " + methods + " }")).isEmpty();
  }

  private static List<MatchResult> calls(String readme) {
    return CALL.matcher(readme).results().toList();
  }

  private String errors(String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                said,
                null,
                null,
                List.of(
                    "-proc:none",
                    "-d",
                    folder.toString(),
                    "-classpath",
                    System.getProperty("java.class.path")),
                null,
                List.of(new Source(source)))
            .call();
    return compiled ? "" : said.toString();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///Receivers.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  @Test
  void receivers_need_java_17_and_no_newer() throws IOException {
    try (InputStream in = Verifier.class.getResourceAsStream("Verifier.class");
        DataInputStream file = new DataInputStream(Objects.requireNonNull(in))) {
      assertThat(file.readInt()).isEqualTo(0xCAFEBABE);
      assertThat(file.readUnsignedShort()).isZero(); // the minor version
      assertThat(file.readUnsignedShort()).isEqualTo(JAVA_17);
    }
  }
}
