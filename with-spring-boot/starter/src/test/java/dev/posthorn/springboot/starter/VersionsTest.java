package dev.posthorn.springboot.starter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jars of a program with the starter: one version of each library, the one of Spring Boot. */
class VersionsTest {
  /** A jar in a local repository: its artifact, its version and its file. */
  private static final Pattern JAR =
      Pattern.compile(".*[/\\\\]([^/\\\\]+)[/\\\\]([^/\\\\]+)[/\\\\]\\1-\\2[^/\\\\]*\\.jar");

  private static final Map<String, Set<String>> VERSIONS = versions();

  private static Map<String, Set<String>> versions() {
    Map<String, Set<String>> versions = new TreeMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Matcher jar = JAR.matcher(entry);
      if (jar.matches()) {
        versions.computeIfAbsent(jar.group(1), name -> new TreeSet<>()).add(jar.group(2));
      }
    }
    return versions;
  }

  private static Set<String> of(Predicate<String> artifacts) {
    return VERSIONS.entrySet().stream()
        .filter(one -> artifacts.test(one.getKey()))
        .flatMap(one -> one.getValue().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void noArtifactIsThereTwice() {
    assertThat(VERSIONS).hasSizeGreaterThan(50).containsKey("spring-core");
    // Jackson 2 and 3 have these names in different groups.
    Set<String> both = Set.of("jackson-core", "jackson-databind");
    assertThat(VERSIONS)
        .allSatisfy(
            (artifact, versions) ->
                assertThat(versions).as(artifact).hasSize(both.contains(artifact) ? 2 : 1));
  }

  @Test
  void nettyIsTheOneOfSpringBoot() throws IOException {
    Predicate<String> netty = artifact -> artifact.startsWith("netty-");
    Predicate<String> tcnative = artifact -> artifact.startsWith("netty-tcnative");
    assertThat(of(netty.and(tcnative.negate()))).containsExactly(managed("netty.version"));
    assertThat(of(tcnative)).hasSize(1);
  }

  @Test
  void loggingIsTheOneOfSpringBoot() throws IOException {
    assertThat(of(artifact -> artifact.matches("slf4j-api|jul-to-slf4j")))
        .containsExactly(managed("slf4j.version"));
    assertThat(of(artifact -> artifact.startsWith("logback-")))
        .containsExactly(managed("logback.version"));
  }

  @Test
  void jacksonAndMicrometerAreThoseOfSpringBoot() throws IOException {
    assertThat(VERSIONS.get("jackson-databind")).contains(managed("jackson-bom.version"));
    assertThat(of("jackson-core"::equals)).isEqualTo(of("jackson-databind"::equals));
    assertThat(of(artifact -> artifact.matches("micrometer-(commons|core|observation)")))
        .containsExactly(managed("micrometer.version"));
  }

  @Test
  void driversAndPoolAreThoseOfSpringBoot() throws IOException {
    assertThat(of("sqlite-jdbc"::equals)).containsExactly(managed("sqlite-jdbc.version"));
    assertThat(of("postgresql"::equals)).containsExactly(managed("postgresql.version"));
    assertThat(of("HikariCP"::equals)).containsExactly(managed("hikaricp.version"));
  }

  /** Returns a property of the BOM of the Spring Boot that is on the class path. */
  private static String managed(String property) throws IOException {
    String version = VERSIONS.get("spring-boot").iterator().next();
    String jar =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> entry.endsWith("spring-boot-" + version + ".jar"))
            .findFirst()
            .orElseThrow();
    Path group = Path.of(jar).getParent().getParent().getParent();
    String bom = "spring-boot-dependencies";
    String pom =
        Files.readString(group.resolve(bom).resolve(version).resolve(bom + "-" + version + ".pom"));
    Matcher value = Pattern.compile("<" + property + ">([^<]+)<").matcher(pom);
    assertThat(value.find()).as(property).isTrue();
    return value.group(1);
  }
}
