package dev.posthorn;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;

/** A program whose framework brings annotations that are older than Jackson 3 needs. */
public final class OldAnnotations {
  private static final String JAR = "jackson-annotations";

  /** Classes added by annotations 2.21 and 2.22. */
  private static final List<String> NEWER =
      List.of("JsonApplyView", "JsonSerializeAs", "JsonDeserializeAs");

  private OldAnnotations() {}

  /** Starts it as a process of its own. */
  public static Process start(Path folder) throws IOException {
    Path old = folder.resolve(JAR + "-old.jar");
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(entry -> entry.contains(JAR) ? without(Path.of(entry), old) : entry)
            .collect(Collectors.joining(File.pathSeparator));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            OldAnnotations.class.getName(),
            folder.resolve("webhooks.db").toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String without(Path jar, Path copy) {
    try (JarFile from = new JarFile(jar.toFile());
        OutputStream file = Files.newOutputStream(copy);
        JarOutputStream to = new JarOutputStream(file)) {
      for (Enumeration<JarEntry> entries = from.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        if (NEWER.stream().noneMatch(entry.getName()::contains)) {
          to.putNextEntry(new JarEntry(entry.getName()));
          from.getInputStream(entry).transferTo(to);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return copy.toString();
  }

  /** Runs the process; its argument is the database. */
  public static void main(String[] args) {
    PosthornOptions options = PosthornOptions.of(Path.of(args[0]));
    try (Posthorn posthorn = Posthorn.open(options)) {
      System.out.println("opened " + posthorn);
    } catch (PosthornException e) {
      System.out.println(e.reason() + " " + e.getMessage());
    }
    try (Posthorn posthorn =
        Posthorn.open(options.toBuilder().json(payload -> "\"" + payload + "\"").build())) {
      Endpoint endpoint =
          posthorn
              .endpoints()
              .add(
                  NewEndpoint.builder("https://example.com/")
                      .events("a.*")
                      .metadata("k", "v")
                      .build());
      posthorn.endpoints().pause(endpoint.id());
      String id = posthorn.send("a.b", Map.of("n", 1)).id();
      posthorn.endpoints().cancelWaiting(endpoint.id());
      posthorn.endpoints().replayFailed(endpoint.id(), java.time.Instant.EPOCH);
      System.out.println(posthorn.messages().get(id).text());
    }
  }
}
