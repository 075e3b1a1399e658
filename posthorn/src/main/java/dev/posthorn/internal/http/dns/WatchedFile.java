package dev.posthorn.internal.http.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file that is read again when it changes. While it is missing or unreadable, its last
 * contents stay valid. One thread at a time checks it.
 */
final class WatchedFile<T> {

  private static final Logger log = LoggerFactory.getLogger(WatchedFile.class);

  private final Path file;
  private final Parser<T> parser;
  private @Nullable Stamp seen;
  private @Nullable Stamp told;
  private T value;

  /** Parses a file into a value. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(Path file) throws IOException;
  }

  /** Creates a file that was not read yet; until then, the given value is valid. */
  WatchedFile(Path file, T before, Parser<T> parser) {
    this.file = file;
    this.value = before;
    this.parser = parser;
  }

  T value() {
    return value;
  }

  /** Reads the file if it has changed; returns whether its value has changed. */
  boolean look() {
    Stamp stamp = Stamp.of(file);
    if (stamp == null || stamp.equals(seen)) {
      return false;
    }
    try {
      T read = parser.parse(file);
      boolean changed = !read.equals(value);
      value = read;
      seen = stamp;
      return changed;
    } catch (IOException | RuntimeException e) {
      failed(stamp, e);
      return false;
    }
  }

  /**
   * Handles a failure; the file is read again next time, because this process may be short of a
   * resource.
   */
  private void failed(Stamp stamp, Exception why) {
    if (!stamp.equals(told)) {
      told = stamp;
      log.warn("Failed to parse file {}; its last contents stay valid", file, why);
    }
  }

  /** Properties that differ after a change, whether the file was rewritten or replaced. */
  private record Stamp(FileTime modified, long size, @Nullable Object key) {

    static @Nullable Stamp of(Path file) {
      try {
        BasicFileAttributes of = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(of.lastModifiedTime(), of.size(), of.fileKey());
      } catch (IOException e) {
        return null;
      }
    }
  }
}
