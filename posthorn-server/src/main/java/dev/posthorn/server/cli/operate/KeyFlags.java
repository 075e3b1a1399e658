package dev.posthorn.server.cli.operate;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.copy.MigrationMark;
import dev.posthorn.internal.rules.TokenRules;
import dev.posthorn.server.cli.client.ServerFlags;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.StoreSettings;
import dev.posthorn.spi.store.Store;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Flags for the place of API keys: a database file or a running server. */
final class KeyFlags {
  private static final String INSTEAD =
      "use that server instead: --url and --token, or POSTHORN_URL and POSTHORN_TOKEN";

  @Option(
      names = "--db",
      paramLabel = "FILE",
      description =
          "The database file of a server that is not running. Without --db, --store and --url:"
              + " POSTHORN_STORE, POSTHORN_DB, or posthorn.db.")
  private @Nullable Path db;

  @Mixin private StoreFlags store;

  @Mixin private ServerFlags server;

  @Option(
      names = "--environment",
      paramLabel = "ENVIRONMENT",
      defaultValue = "org_default",
      description = "The environment of the keys. Default: ${DEFAULT-VALUE}.")
  private String environment;

  /** Opens the keys; {@code create} allows a missing database to be created. */
  ApiKeys open(boolean create) {
    String problem = TokenRules.ENVIRONMENT.problem(environment);
    if (problem != null) {
      throw new IllegalArgumentException("--environment: " + problem);
    }
    if (db == null && !store.isGiven() && server.areGiven()) {
      return new ServerKeys(server.client(), environment);
    }
    return new StoredKeys(
        MigrationMark.requireNone(opened(create)), environment, InstantSource.system());
  }

  private Store opened(boolean create) {
    Configuration configuration = store.configuration(db);
    PostgresqlOptions database = StoreSettings.database(configuration);
    if (database != null) {
      return IdleDatabase.open(database, INSTEAD);
    }
    Path file = Path.of(configuration.text(Setting.DB));
    return create
        ? DatabaseFile.openOrCreate(file, INSTEAD)
        : DatabaseFile.open(file, "--db", INSTEAD);
  }
}
