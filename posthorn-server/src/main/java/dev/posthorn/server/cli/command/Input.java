package dev.posthorn.server.cli.command;

import dev.posthorn.internal.file.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Arguments that can name a file or the standard input. */
final class Input {
  private Input() {}

  /**
   * Returns the bytes of the file for {@code @FILE}, of the standard input for {@code -}, otherwise
   * of the text.
   */
  static byte[] bytes(String argument) {
    try {
      if (argument.equals("-")) {
        return System.in.readAllBytes();
      }
      return argument.startsWith("@")
          ? Files.readAllBytes(Path.of(argument.substring(1)))
          : argument.getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + argument + ": " + FileFailure.why(e), e);
    }
  }

  /** Returns a secret: the text itself, or the first line of {@code @FILE}. */
  static String secret(String argument) {
    return argument.startsWith("@")
        ? new String(bytes(argument), StandardCharsets.UTF_8).lines().findFirst().orElse("").strip()
        : argument;
  }

  /** Returns the bytes of a stream, up to a maximum and one more. */
  static byte[] atMost(InputStream in, int bytes) throws IOException {
    return in.readNBytes(bytes + 1);
  }
}
