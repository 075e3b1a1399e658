package dev.posthorn.server.cli.operate;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingFlags;
import dev.posthorn.server.config.StoreSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Flags that name a PostgreSQL database and its schema. Everything else about it, such as the
 * password, comes from the environment and the configuration file of the server.
 */
final class StoreFlags {
  @Option(
      names = "--store",
      paramLabel = "URL",
      description =
          "The PostgreSQL database: postgresql://USER@HOST/DATABASE. A password belongs in"
              + " POSTHORN_STORE_PASSWORD, PGPASSWORD or ~/.pgpass, because others see the"
              + " arguments of a process. (POSTHORN_STORE)")
  private @Nullable String store;

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      description = "The schema in the database. Default: posthorn. (POSTHORN_SCHEMA)")
  private @Nullable String schema;

  /** Returns whether the flag names a database. */
  boolean isGiven() {
    return store != null;
  }

  /** Returns the configuration, with the value of {@code --db} or null. */
  Configuration configuration(@Nullable Path db) {
    return SettingFlags.read(setting -> flag(setting, db), System.getenv());
  }

  private @Nullable String flag(Setting setting, @Nullable Path db) {
    return switch (setting) {
      case STORE -> store;
      case SCHEMA -> schema;
      case DB -> db == null ? null : db.toString();
      default -> null;
    };
  }

  /**
   * Returns the options of the database.
   *
   * @throws BadSettingException if none is named, or settings are invalid
   */
  PostgresqlOptions options() {
    return options("--store", configuration(null));
  }

  /**
   * Returns the options of the database of a configuration.
   *
   * @param flag the flag that should have named it
   * @throws BadSettingException if none is named, or settings are invalid
   */
  static PostgresqlOptions options(String flag, Configuration configuration) {
    PostgresqlOptions options = StoreSettings.database(configuration);
    if (options == null) {
      throw new BadSettingException(
          flag + ": is missing; name a database: postgresql://USER@HOST/DATABASE (POSTHORN_STORE)",
          null);
    }
    return options;
  }
}
