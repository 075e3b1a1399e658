package dev.posthorn.server.cli.operate;

import dev.posthorn.server.cli.client.AdminFlags;
import dev.posthorn.server.cli.client.ServerClient;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends the hold after a restore. */
@Command(
    name = "release",
    description =
        "Ends the hold after a restore. The running server then sends all waiting deliveries,"
            + " even those that succeeded after the backup was made. Receivers recognize such"
            + " repeats by their webhook-id.")
public final class ReleaseCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Mixin private AdminFlags admin;

  @Override
  public Integer call() {
    try (ServerClient server = admin.client()) {
      var unused = server.post("/release", ServerClient.object());
    }
    spec.commandLine().getOut().println("released: deliveries resume");
    return 0;
  }
}
