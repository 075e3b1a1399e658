package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The jars at run time match the SHA-256 checksums in the repository. Maven 3.9 and later compares
 * them as well before it uses them.
 */
class ShippedJarsTest {
  private static final Path CHECKSUMS = Path.of("../.mvn/checksums/checksums.sha256");

  /** Test tools, and artifacts built here. */
  private static final List<String> NOT_SHIPPED =
      List.of("/org/junit/platform/", "/org/apache/maven/", "/dev/posthorn/");

  /** Returns the checksums by {@code artifact/version/file}. */
  private static Map<String, String> checksums() throws IOException {
    Map<String, String> byFile = new TreeMap<>();
    for (String line : Files.readAllLines(CHECKSUMS)) {
      String[] parts = line.split("  ", 2);
      byFile.put(lastThree(Path.of(parts[1])), parts[0]);
    }
    return byFile;
  }

  private static String lastThree(Path path) {
    int count = path.getNameCount();
    return path.subpath(count - 3, count).toString().replace(File.separatorChar, '/');
  }

  /**
   * Returns whether a file of the class path comes from a Maven repository and is not a test tool.
   */
  private static boolean isShipped(Path jar) {
    if (jar.getNameCount() < 4) {
      return false;
    }
    String path = jar.toString().replace(File.separatorChar, '/');
    String version = jar.getName(jar.getNameCount() - 2).toString();
    String artifact = jar.getName(jar.getNameCount() - 3).toString();
    return jar.getFileName().toString().startsWith(artifact + "-" + version)
        && NOT_SHIPPED.stream().noneMatch(path::contains);
  }

  private static String sha256(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void eachJarHasTheChecksumThatWasRecorded() throws IOException {
    Map<String, String> recorded = checksums();
    List<String> differ = new ArrayList<>();
    int same = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry);
      if (isShipped(jar)) {
        if (sha256(jar).equals(recorded.get(lastThree(jar)))) {
          same++;
        } else {
          differ.add(lastThree(jar));
        }
      }
    }
    assertThat(differ).as("jars without a checksum in %s, or with another", CHECKSUMS).isEmpty();
    assertThat(same).as("jars that were compared").isGreaterThan(40);
  }
}
