package dev.posthorn.server.cli.operate;

import dev.posthorn.internal.rules.TokenRules;
import dev.posthorn.server.cli.client.ServerFlags;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Flags for the place of API keys: a database file or a running server. */
final class KeyFlags {
  private static final Path DEFAULT = Path.of("posthorn.db");
  private static final String INSTEAD =
      "use that server instead: --url and --token, or POSTHORN_URL and POSTHORN_TOKEN";

  @Option(
      names = "--db",
      paramLabel = "FILE",
      description =
          "The database of a server that is not running. Without --db and --url: POSTHORN_DB, or"
              + " posthorn.db.")
  private @Nullable Path db;

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
    if (db == null && server.areGiven()) {
      return new ServerKeys(server.client(), environment);
    }
    Path file = db == null ? fallback() : db;
    return new StoredKeys(
        create ? DatabaseFile.openOrCreate(file, INSTEAD) : DatabaseFile.open(file, INSTEAD),
        environment,
        InstantSource.system());
  }

  private static Path fallback() {
    String named = System.getenv("POSTHORN_DB");
    return named == null || named.isBlank() ? DEFAULT : Path.of(named);
  }
}
