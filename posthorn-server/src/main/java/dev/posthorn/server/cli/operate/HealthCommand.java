package dev.posthorn.server.cli.operate;

import dev.posthorn.server.cli.client.AdminAddress;
import dev.posthorn.server.cli.client.ServerClient;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks a running server for its health, for containers, which have no other program for it. */
@Command(
    name = "health",
    description =
        "Asks the running server whether it accepts messages. Exits with 0 if it does, and with 1"
            + " if it does not or cannot be reached.")
public final class HealthCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Mixin private AdminAddress address;

  @Option(
      names = "--live",
      description = "Ask only whether the process works, as it does while it starts or waits.")
  private boolean live;

  @Override
  public Integer call() {
    String path = live ? "/health/live" : "/health/ready";
    try (ServerClient server = address.client(null)) {
      spec.commandLine().getOut().println(server.get(path).path("status").asString("ok"));
    }
    return 0;
  }
}
