package dev.posthorn.server.cli.operate;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.server.cli.migrate.FileMigration;
import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.spi.store.Store;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Moves a database file into a PostgreSQL database. */
@Command(
    name = "migrate",
    description = {
      "Moves everything in the database file of a server that is not running into a schema of a"
          + " PostgreSQL database, waiting deliveries and history included, and compares both in"
          + " the end.",
      "If it is interrupted, run it again: it goes on where it was. Until it is complete, no server"
          + " starts on either; afterwards, only on the database. The secret key stays the same."
    },
    footer = {
      "",
      "Exits with 0 if everything was moved and is the same in both, with 2 if the file or the"
          + " database cannot be used for this, otherwise with 1."
    },
    sortOptions = false)
public final class MigrateCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "FILE",
      description = "The database file.")
  private Path from;

  @Option(
      names = "--cancel",
      description =
          "Let servers start on the file again, after a migration that was or was not complete; the"
              + " database keeps what it has.")
  private boolean cancel;

  @Mixin private TargetFlags target;

  @Override
  public Integer call() {
    PostgresqlOptions options = cancel ? null : target.options();
    try (Store source = DatabaseFile.open(from, "--from", "stop that server first")) {
      return options == null ? cancel(source) : migrate(source, options);
    } catch (IllegalArgumentException e) {
      throw new BadSettingException(String.valueOf(e.getMessage()), e);
    }
  }

  private int migrate(Store source, PostgresqlOptions options) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (new FileMigration(from, source, options, err).run(out)) {
      out.println("moved; start the server with --store and the same secret key");
      return 0;
    }
    err.println("posthorn: not moved: both differ; drop the schema, and migrate again");
    return 1;
  }

  private int cancel(Store source) {
    boolean held = FileMigration.cancel(source);
    spec.commandLine()
        .getOut()
        .println(
            held
                ? "servers start on the file again; deliveries are held until posthorn release,"
                    + " because the database may have made them"
                : "servers start on the file again");
    return 0;
  }
}
