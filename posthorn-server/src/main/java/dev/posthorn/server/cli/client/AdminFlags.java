package dev.posthorn.server.cli.client;

import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.server.admin.AdminToken;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingFlags;
import dev.posthorn.server.config.SettingReader;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Flags for the admin listener of a running server and its token. */
public final class AdminFlags {
  @Option(
      names = "--db",
      paramLabel = "FILE",
      description =
          "The server's database, with the admin token beside it. Default: posthorn.db."
              + " (POSTHORN_DB)")
  private @Nullable Path db;

  @Mixin private AdminAddress address;

  @Option(
      names = "--admin-token",
      paramLabel = "TOKEN",
      description =
          "The admin token, or @FILE. Default: the one beside the database file."
              + " (POSTHORN_ADMIN_TOKEN)")
  private @Nullable String token;

  /** Returns the named database, or null. */
  public @Nullable Path db() {
    return db;
  }

  /**
   * Returns a client of the admin listener.
   *
   * @throws ServerClient.FailedException if its token or certificates cannot be read
   */
  public ServerClient client() {
    return address.client(token());
  }

  private @Nullable String flag(Setting setting) {
    return switch (setting) {
      case ADMIN_TOKEN -> token;
      case DB -> db == null ? null : db.toString();
      default -> null;
    };
  }

  /** Returns the configured admin token, or the one beside the server's database. */
  private @Nullable String token() {
    Configuration configuration = SettingFlags.read(this::flag, System.getenv());
    String set = new SettingReader(configuration).secret(Setting.ADMIN_TOKEN);
    if (set != null) {
      return set;
    }
    if (db == null && !configuration.text(Setting.STORE).isEmpty()) {
      return null; // there is no file beside a PostgreSQL database; the server says what to do
    }
    Path database = Path.of(configuration.text(Setting.DB));
    try {
      return AdminToken.read(database);
    } catch (IOException e) {
      throw new ServerClient.FailedException(
          0,
          "cannot read the admin token from "
              + AdminToken.file(database)
              + " ("
              + FileFailure.why(e)
              + "); run this as the server's user, or give --admin-token",
          e);
    }
  }
}
