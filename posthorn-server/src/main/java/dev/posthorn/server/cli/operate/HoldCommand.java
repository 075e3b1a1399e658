package dev.posthorn.server.cli.operate;

import dev.posthorn.internal.copy.MigrationMark;
import dev.posthorn.internal.engine.RestoreHold;
import dev.posthorn.spi.store.Store;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Holds the deliveries of a PostgreSQL database that was restored. */
@Command(
    name = "hold",
    description = {
      "Holds the deliveries of a PostgreSQL database, after you have restored it with PostgreSQL's"
          + " tools and before you start the server.",
      "Messages that waited when the backup was made may have been delivered since. So the server"
          + " accepts messages, but delivers nothing until posthorn release."
    },
    sortOptions = false)
public final class HoldCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Mixin private StoreFlags store;

  @Override
  public Integer call() {
    try (Store opened =
        MigrationMark.requireNone(IdleDatabase.open(store.options(), "stop that server first"))) {
      RestoreHold.set(opened, System.currentTimeMillis());
      IdleDatabase.requireAlone(store.options(), "stop that server, and run this command again");
    }
    spec.commandLine()
        .getOut()
        .println("held: the server will deliver nothing until posthorn release");
    return 0;
  }
}
