package dev.posthorn.server.admin;

import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.internal.file.OwnerOnly;
import dev.posthorn.server.auth.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The token that one start of a server takes for changes over the admin listener. It lies in a file
 * beside the database that only the server's user can read, so that commands of that user need no
 * other, and ends with the server.
 */
public final class AdminToken {
  private static final String PREFIX = "pha_";
  private static final String SUFFIX = ".admin-token";

  private final String text = Tokens.generate(PREFIX);

  /** Creates a token that is not written anywhere yet. */
  public AdminToken() {}

  /** Returns what is shown as a bearer token. */
  public String text() {
    return text;
  }

  /** Returns where the token of a server lies whose database this is. */
  public static Path file(Path database) {
    return database.resolveSibling(database.getFileName() + SUFFIX);
  }

  /**
   * Writes the token in the place of that of an earlier start. Whoever calls this has the database
   * open, so that no other server's token lies there.
   *
   * @throws IllegalStateException if the file cannot be written
   */
  public void write(Path database) {
    Path file = file(database);
    try {
      Files.deleteIfExists(file);
      OwnerOnly.create(file, (text + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot write the admin listener's token to " + file + ": " + FileFailure.why(e), e);
    }
  }

  /**
   * Removes the file.
   *
   * @throws IllegalStateException if that is not possible; the token itself ends with the server
   */
  public void remove(Path database) {
    try {
      Files.deleteIfExists(file(database));
    } catch (IOException e) {
      throw new IllegalStateException("cannot remove " + file(database), e);
    }
  }

  /**
   * Returns the token of the server that has a database open, or null if there is no file with one.
   *
   * @throws IOException if the file cannot be read, as by another user
   */
  public static @Nullable String read(Path database) throws IOException {
    try {
      return Files.readString(file(database), StandardCharsets.US_ASCII).strip();
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
