package dev.posthorn.server.cli.operate;

import dev.posthorn.server.auth.TokenAuthenticator;
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
    if (!TokenAuthenticator.ENVIRONMENT.matcher(environment).matches()) {
      throw new IllegalArgumentException(
          "--environment: must be org_ and 1 to 64 letters, digits, _ or -, like org_default");
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
