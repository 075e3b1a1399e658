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
 * The token of one server process for changes over the admin listener. It is in a file beside the
 * database that only the server's user can read, so commands of that user need no other token. It
 * ends with the server.
 */
public final class AdminToken {
  private static final String PREFIX = "pha_";
  private static final String SUFFIX = ".admin-token";

  /** The place where people find the token. */
  public enum Source {
    /** The file beside the database. */
    FILE(
        "it lies beside the database, where posthorn backup, release and reencrypt read it (--db"
            + " FILE)"),
    /** A setting of the server, whose store is not a file. */
    SETTING("it is the server's setting admin-token (POSTHORN_ADMIN_TOKEN)"),
    /** Nowhere: nobody knows a token of the server. */
    NONE(
        "start the server with the setting admin-token (POSTHORN_ADMIN_TOKEN): its store is no file"
            + " beside which a token could lie");

    private final String remedy;

    Source(String remedy) {
      this.remedy = remedy;
    }

    /** Returns the place, for the message of a request that lacks the token. */
    String remedy() {
      return remedy;
    }
  }

  private final String text = Tokens.generate(PREFIX);

  /** Creates a token that is not written to a file yet. */
  public AdminToken() {}

  /** Returns the text of the bearer token. */
  public String text() {
    return text;
  }

  /** Returns the token file of the server that uses a database. */
  public static Path file(Path database) {
    return database.resolveSibling(database.getFileName() + SUFFIX);
  }

  /**
   * Writes the token, replacing that of an earlier process. The caller must have the database open,
   * so that no other server's token is replaced.
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
   * @throws IllegalStateException if the file cannot be removed; the token itself ends with the
   *     server
   */
  public void remove(Path database) {
    try {
      Files.deleteIfExists(file(database));
    } catch (IOException e) {
      throw new IllegalStateException("cannot remove " + file(database), e);
    }
  }

  /**
   * Returns the token of the server that has a database open, or null if there is no token file.
   *
   * @throws IOException if the file cannot be read, for example by another user
   */
  public static @Nullable String read(Path database) throws IOException {
    try {
      return Files.readString(file(database), StandardCharsets.US_ASCII).strip();
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
