package dev.posthorn.server.cli.operate;

import dev.posthorn.server.cli.client.AdminFlags;
import dev.posthorn.server.cli.client.ServerClient;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Copies a database. */
@Command(
    name = "backup",
    description = {
      "Copies the database file to a new file on this machine. The running server makes the copy;"
          + " if no server has the file open, this command does, with --db.",
      "For a PostgreSQL database, use PostgreSQL's tools: pg_dump or pg_basebackup.",
      "The copy is a consistent snapshot. Back up the secret key, too, but in another place."
    },
    sortOptions = false)
public final class BackupCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = "The new file; must not exist.")
  private Path to;

  @Mixin private AdminFlags admin;

  @Override
  public Integer call() {
    Path target = to.toAbsolutePath();
    Path db = admin.db();
    if (db == null || !copied(db, target)) {
      try (ServerClient server = admin.client()) {
        var unused = server.post("/backup", ServerClient.object().put("to", target.toString()));
      }
    }
    String size = Files.exists(target) ? " (" + target.toFile().length() + " bytes)" : "";
    spec.commandLine().getOut().println("copied to " + target + size);
    return 0;
  }

  /** Copies a database, or returns false if a server has it open. */
  private static boolean copied(Path db, Path target) {
    try (Store store = DatabaseFile.open(db, "--db", "it is asked for the copy")) {
      store.backup(target);
      return true;
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.LOCKED) {
        return false;
      }
      throw e;
    }
  }
}
