package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.signature.Signer;
import example.ModuleUser;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library as a module, with only the libraries that it needs. */
class ModulePathTest {
  private static final Pattern NEEDED =
      Pattern.compile(
          "(netty-|sqlite-jdbc-|slf4j-api-|jspecify-|micrometer-|jackson-(core|databind)-3|"
              + "jackson-annotations-).*");
  private static final Path DESCRIPTOR = Path.of("src/main/java/module-info.java");
  private static final Pattern OWN = Pattern.compile("\n {6}(dev\\.posthorn\\.[a-z.]+)[,;]");
  private static final Pattern NAMED = Pattern.compile("module (dev\\.posthorn[a-z.]*) \\{");
  private static final Pattern AUTOMATIC =
      Pattern.compile("<Automatic-Module-Name>(.*)</Automatic-Module-Name>");

  @TempDir private Path folder;

  private static List<String> classPath() {
    return List.of(System.getProperty("java.class.path").split(File.pathSeparator));
  }

  private static String place(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  /** Makes a module of classes and a descriptor; adds it to the module path. */
  private void add(String name, String classes, Path descriptor, List<String> path)
      throws IOException {
    Path module = Files.createDirectory(folder.resolve(name));
    copy(Path.of(classes), module);
    StringWriter said = new StringWriter();
    String others = String.join(File.pathSeparator, path);
    List<String> options = List.of("-d", module.toString(), "--module-path", others);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      var sources = files.getJavaFileObjects(descriptor);
      assertThat(compiler.getTask(said, files, null, options, null, sources).call())
          .as(said.toString())
          .isTrue();
    }
    path.add(module.toString());
  }

  private static void copy(Path classes, Path target) throws IOException {
    if (Files.isDirectory(classes)) {
      copyTree(classes, target);
      return;
    }
    try (FileSystem jar = FileSystems.newFileSystem(classes)) {
      copyTree(jar.getPath("/"), target);
    }
  }

  private static void copyTree(Path from, Path target) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(from.relativize(file).toString());
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.copy(file, copy);
      }
    }
  }

  @Test
  void aProgramSendsAMessageWithItOnTheModulePath() throws Exception {
    List<String> path =
        new ArrayList<>(
            classPath().stream()
                .filter(jar -> NEEDED.matcher(Path.of(jar).getFileName().toString()).matches())
                .toList());
    Path signature = Path.of("..", "posthorn-signature").resolve(DESCRIPTOR);
    add("dev.posthorn.signature", place(Signer.class), signature, path);
    add("dev.posthorn", place(Posthorn.class), DESCRIPTOR, path);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "--module-path",
                String.join(File.pathSeparator, path),
                "--add-modules",
                "dev.posthorn",
                "-cp",
                place(ModuleUser.class),
                ModuleUser.class.getName(),
                folder.resolve("webhooks.db").toString())
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(said).contains("FAILED in dev.posthorn");
    } finally {
      process.destroyForcibly();
    }
  }

  /** A jar without a descriptor has the name of its file, unless its manifest has another. */
  @Test
  void theModulesThatSeeInternalPackagesHaveTheirNames() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path module : modules.toList()) {
        names.addAll(matches(module.resolve("pom.xml"), AUTOMATIC));
        names.addAll(matches(module.resolve(DESCRIPTOR), NAMED));
      }
    }
    assertThat(matches(DESCRIPTOR, OWN)).isNotEmpty().isSubsetOf(names);
  }

  private static Set<String> matches(Path file, Pattern pattern) throws IOException {
    String text = Files.exists(file) ? Files.readString(file) : "";
    return pattern.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
  }
}
