package dev.posthorn.server.cli.operate;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingFlags;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that name the database that a file is moved to. */
final class TargetFlags {
  @Option(
      names = "--to",
      paramLabel = "URL",
      description =
          "The PostgreSQL database: postgresql://USER@HOST/DATABASE. A password belongs in"
              + " POSTHORN_STORE_PASSWORD, PGPASSWORD or ~/.pgpass. (POSTHORN_STORE)")
  private @Nullable String to;

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      description =
          "The schema in the database, which must be empty. Default: posthorn. (POSTHORN_SCHEMA)")
  private @Nullable String schema;

  /**
   * Returns the options of the database.
   *
   * @throws BadSettingException if none is named, or settings are invalid
   */
  PostgresqlOptions options() {
    return StoreFlags.options("--to", SettingFlags.read(this::flag, System.getenv())).toBuilder()
        .singleOwner(true)
        .build();
  }

  private @Nullable String flag(Setting setting) {
    return switch (setting) {
      case STORE -> to;
      case SCHEMA -> schema;
      default -> null;
    };
  }
}
