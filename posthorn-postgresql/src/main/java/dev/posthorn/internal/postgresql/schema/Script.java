package dev.posthorn.internal.postgresql.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A numbered script, which takes a schema from one version to the next. A released script never
 * changes, not even in its comments.
 *
 * @param version the version after it
 * @param text its SQL, for the schema {@code posthorn}
 * @param oldest the oldest version whose programs can use the schema after it: they only read and
 *     write what they know
 */
public record Script(int version, String text, int oldest) {
  /** Directory of the public package, because users may read the scripts too. */
  private static final String DIRECTORY = "/dev/posthorn/store/postgresql/";

  private static final String PARTITIONED = " PARTITION BY RANGE (id)";
  private static final Pattern PARTITIONS =
      Pattern.compile("(?m)^CREATE TABLE \\S+ PARTITION OF .*;\n");

  private static final Pattern OLDEST = Pattern.compile("(?m)^-- Oldest program: (\\d+)$");

  /** Returns all scripts by version: a new one is found by its number. */
  public static List<Script> all() {
    return IntStream.iterate(1, number -> number + 1)
        .takeWhile(number -> Script.class.getResource(path(number)) != null)
        .mapToObj(Script::read)
        .toList();
  }

  /** Creates a script from its text. */
  static Script of(int version, String text) {
    Matcher oldest = OLDEST.matcher(text);
    return new Script(version, text, oldest.find() ? Integer.parseInt(oldest.group(1)) : version);
  }

  /** Returns the name of its file. */
  public String name() {
    return name(version);
  }

  private static String name(int version) {
    return String.format(Locale.ROOT, "V%03d.sql", version);
  }

  /**
   * Returns its SQL with or without tables for parts of the history. Both have the same columns, so
   * programs need not know which one was run.
   */
  public String text(boolean partitionedHistory) {
    return partitionedHistory
        ? text
        : PARTITIONS.matcher(text.replace(PARTITIONED, "")).replaceAll("");
  }

  /** Returns the hash of its text, which the schema keeps. */
  public String hash() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String path(int version) {
    return DIRECTORY + name(version);
  }

  private static Script read(int version) {
    try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(path(version)))) {
      // The schema keeps the hash, which is compared later: it must not depend on the build
      // machine.
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
      return of(version, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
