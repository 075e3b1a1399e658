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
 * A small file that is read again when it changes. If it is missing or cannot be read, what it said
 * last still holds. One thread at a time looks.
 */
final class WatchedFile<T> {

  private static final Logger log = LoggerFactory.getLogger(WatchedFile.class);

  private final Path file;
  private final Parser<T> parser;
  private @Nullable Stamp seen;
  private @Nullable Stamp told;
  private T value;

  /** Makes a value of a file. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(Path file) throws IOException;
  }

  /** Creates one that has not been looked at; until then, a value counts that is given. */
  WatchedFile(Path file, T before, Parser<T> parser) {
    this.file = file;
    this.value = before;
    this.parser = parser;
  }

  T value() {
    return value;
  }

  /** Reads the file if it has changed; returns whether its value has. */
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

  /** It is read again the next time, since it may be the process that is short of something. */
  private void failed(Stamp stamp, Exception why) {
    if (!stamp.equals(told)) {
      told = stamp;
      log.warn("File {} was not understood; what it said before holds", file, why);
    }
  }

  /** What is another after a change, whether the file was written anew or replaced. */
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
