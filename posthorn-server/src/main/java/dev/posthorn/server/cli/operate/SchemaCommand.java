package dev.posthorn.server.cli.operate;

import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.SettingFlags;
import dev.posthorn.server.config.StoreSettings;
import dev.posthorn.store.postgresql.PostgresqlSchema;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints, runs and checks the scripts that create the schema in a PostgreSQL database. */
@Command(
    name = "schema",
    description =
        "Prints, runs and checks the scripts that create the schema in a PostgreSQL database and"
            + " take it to this version. Programs may use the schema meanwhile.",
    synopsisSubcommandLabel = "COMMAND")
public final class SchemaCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Creates the command. */
  public SchemaCommand() {}

  /** Prints the usage, since no command is given. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "print",
      description = "Prints the scripts as SQL, to be run with psql or a tool for migrations.")
  int print(
      @Option(
              names = "--schema",
              paramLabel = "NAME",
              description = "The name of the schema. Default: posthorn. (POSTHORN_SCHEMA)")
          @Nullable String schema,
      @Option(
              names = "--partitioned-history",
              paramLabel = "BOOL",
              description =
                  "true: messages and attempts in tables by day; false: in one table each. The"
                      + " same as for the programs. Default: true. (POSTHORN_PARTITIONED_HISTORY)")
          @Nullable String partitioned,
      @Option(
              names = "--from",
              paramLabel = "VERSION",
              defaultValue = "0",
              description =
                  "The version that the schema has, which schema check tells. Default:"
                      + " ${DEFAULT-VALUE}, for a new one.")
          int from) {
    Configuration configuration =
        SettingFlags.read(
            setting ->
                switch (setting) {
                  case SCHEMA -> schema;
                  case PARTITIONED_HISTORY -> partitioned;
                  default -> null;
                },
            System.getenv());
    PrintWriter out = spec.commandLine().getOut();
    out.print(PostgresqlSchema.text(StoreSettings.schema(configuration), from));
    out.flush();
    return 0;
  }

  @Command(
      name = "migrate",
      description =
          "Creates the schema, or runs the scripts that it lacks; as a user who may create tables."
              + " A new schema is as POSTHORN_PARTITIONED_HISTORY says.")
  int migrate(@Mixin StoreFlags store) {
    int run = PostgresqlSchema.migrate(store.options());
    spec.commandLine()
        .getOut()
        .println(
            (run == 0 ? "nothing to do" : "scripts run: " + run)
                + "; the schema has version "
                + PostgresqlSchema.version());
    return 0;
  }

  @Command(
      name = "check",
      description =
          "Checks that the schema fits this version, and that the user has the privileges that a"
              + " running program needs. Changes nothing.")
  int check(@Mixin StoreFlags store) {
    PostgresqlSchema.check(store.options());
    spec.commandLine()
        .getOut()
        .println("the schema is complete: version " + PostgresqlSchema.version());
    return 0;
  }
}
