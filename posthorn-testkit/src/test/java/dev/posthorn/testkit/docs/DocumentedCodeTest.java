package dev.posthorn.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Application;
import dev.posthorn.Inbox;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.testkit.PosthornExtension;
import dev.posthorn.testkit.TestPosthorn;
import dev.posthorn.testkit.receiver.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteDataSource;

/** The code in the documents compiles and works as they say. */
class DocumentedCodeTest {
  private static final Pattern TYPE =
      Pattern.compile("(?m)^(?:public |final |abstract )*(?:class|interface|record) (\\w+)");

  /** Pages whose code needs libraries that are not here. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "docs/guides/cidadao.md",
          "docs/guides/console.md",
          "docs/guides/svix-clients.md",
          "docs/guides/spring-modulith.md", // posthorn-spring-modulith compiles it
          "docs/guides/testing-spring.md", // with-spring-boot compiles it
          "docs/reference/metrics.md",
          "docs/start/spring-boot.md"); // with-spring-boot compiles it

  /** Lines that show programs without Posthorn, or that another test compiles. */
  private static final Pattern FOREIGN =
      Pattern.compile("invoices\\.markPaid|headers::getHeaderString");

  private static final String LINES =
      """
      import dev.posthorn.*;
      import dev.posthorn.signature.*;
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      abstract class NAME {
        interface Request { String getHeader(String name); }
        Request request;
        Posthorn posthorn;
        Application customer;
        Receipt receipt;
        String id, certificatePem, keyPem, caPem, renewedPem, renewedKeyPem;
        byte[] body;
        javax.sql.DataSource dataSource;
        void run() throws Exception {
          CODE
        }
      }
      """;

  @TempDir private static Path folder;

  /** The messages of the compiler about all of the code. */
  private static String errors;

  @BeforeAll
  static void compileAll() throws IOException {
    List<Source> sources = new ArrayList<>();
    for (Path page : Pages.all()) {
      String name = Pages.name(page);
      if (!ELSEWHERE.contains(name)) {
        for (String block : Pages.blocks(name, "java")) {
          add(block, sources);
        }
      }
    }
    assertThat(sources).hasSizeGreaterThan(20);
    errors = compile(sources);
  }

  /** Adds a block: a class, or lines that use what a program has, or neither. */
  private static void add(String block, List<Source> sources) {
    MatchResult type = TYPE.matcher(block).results().findFirst().orElse(null);
    if (block.startsWith("package com.example;") && type != null) {
      sources.add(new Source("com.example." + type.group(1), block));
    } else if (!FOREIGN.matcher(block).find()) {
      String name = "Lines" + sources.size();
      sources.add(new Source(name, LINES.replace("NAME", name).replace("CODE", block)));
    }
  }

  private static String compile(List<Source> sources) {
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

  @Test
  void allOfItCompiles() {
    assertThat(errors).isEmpty();
  }

  private static Class<?> compiled(String name) throws Exception {
    URL[] classes = {folder.toUri().toURL()};
    ClassLoader parent = DocumentedCodeTest.class.getClassLoader();
    return Class.forName("com.example." + name, true, new URLClassLoader(classes, parent));
  }

  @ParameterizedTest
  @ValueSource(strings = {"InvoiceWebhookTest", "FailingReceiverTest"})
  void theTestsOfAPagePass(String name) throws Exception {
    Class<?> type = compiled(name);
    assertThat(type.getAnnotation(ExtendWith.class).value())
        .containsExactly(PosthornExtension.class);
    Constructor<?> constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    int tests = 0;
    for (Method method : type.getDeclaredMethods()) {
      if (method.isAnnotationPresent(Test.class)) {
        method.setAccessible(true);
        try (TestPosthorn test = TestPosthorn.open()) {
          method.invoke(constructor.newInstance(), test);
        }
        tests++;
      }
    }
    assertThat(tests).isPositive();
  }

  @Test
  void aMessageOfATransactionIsSentIfItCommits(@TempDir Path folder) throws Exception {
    Class<?> type = compiled("Invoices");
    SQLiteDataSource database = new SQLiteDataSource();
    database.setUrl("jdbc:sqlite:" + folder.resolve("user.db"));
    try (Connection connection = database.getConnection();
        Statement sql = connection.createStatement();
        InputStream script = Inbox.class.getResourceAsStream("inbox/sqlite.sql")) {
      sql.executeUpdate("CREATE TABLE invoice (id TEXT PRIMARY KEY, paid INTEGER)");
      sql.executeUpdate(
          new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
    }
    try (Posthorn posthorn =
        Posthorn.open(
            PosthornOptions.builder(folder.resolve("webhooks.db")).inbox(database).build())) {
      Object invoices =
          type.getConstructor(DataSource.class, Posthorn.class).newInstance(database, posthorn);
      Object id =
          type.getMethod("pay", String.class, String.class)
              .invoke(invoices, "customer-17", "inv_1");
      Application customer = posthorn.application("customer-17");
      Await.until("it is relayed", () -> !customer.messages().list(null, 10).messages().isEmpty());
      assertThat(customer.messages().get(String.valueOf(id)).text())
          .isEqualTo("{\"id\":\"inv_1\"}");
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String type, String text) {
      super(URI.create("string:///" + type.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
