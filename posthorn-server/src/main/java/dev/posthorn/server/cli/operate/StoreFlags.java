package dev.posthorn.server.cli.operate;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.PosthornException;
import picocli.CommandLine.Option;

/** Flags that name a PostgreSQL database and its schema. */
final class StoreFlags {
  @Option(
      names = "--store",
      paramLabel = "URL",
      required = true,
      defaultValue = "${env:POSTHORN_STORE}",
      description =
          "The database: postgresql://HOST/DATABASE?user=USER&password=WORD. A URL with a password"
              + " belongs in POSTHORN_STORE, because others see the arguments of a process.")
  private String store = "";

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      defaultValue = "${env:POSTHORN_SCHEMA:-posthorn}",
      description = "The schema in the database. Default: ${DEFAULT-VALUE}.")
  private String schema = "posthorn";

  /** Returns the options of the database. */
  PostgresqlOptions options() {
    try {
      return PostgresqlOptions.builder(store).schema(schema).build();
    } catch (PosthornException e) {
      throw PosthornException.invalid("--store or --schema", String.valueOf(e.getMessage()));
    }
  }
}
