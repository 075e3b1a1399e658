package dev.posthorn.server.operate;

import dev.posthorn.server.client.AdminFlags;
import dev.posthorn.server.client.ServerClient;
import dev.posthorn.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Copies a database. */
@Command(
    name = "backup",
    description = {
      "Copies the database to a new file: while a server runs on it, on that server's machine, or"
          + " with --db from a file that no server has open.",
      "The copy is one state of the database; keep the secret key with it, but not beside it."
    },
    sortOptions = false)
public final class BackupCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = "Where to; must not exist yet.")
  private Path to;

  @Option(
      names = "--db",
      paramLabel = "FILE",
      description = "The database of a server that is not running.")
  private @Nullable Path db;

  @Mixin private AdminFlags admin;

  @Override
  public Integer call() {
    Path target = to.toAbsolutePath();
    if (db == null) {
      try (ServerClient server = admin.client()) {
        var unused = server.post("/backup", ServerClient.object().put("to", target.toString()));
      }
    } else {
      try (Store store = DatabaseFile.open(db, "leave --db out, and it is asked for the copy")) {
        store.backup(target);
      }
    }
    String size = Files.exists(target) ? " (" + target.toFile().length() + " bytes)" : "";
    spec.commandLine().getOut().println("copied to " + target + size);
    return 0;
  }
}
