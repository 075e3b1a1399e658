package dev.posthorn.server.cli.operate;

import dev.posthorn.server.cli.client.ServerClient;
import dev.posthorn.server.cli.client.Trust;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a running server for its health, for containers, which have no other program for it. */
@Command(
    name = "health",
    description =
        "Asks the running server whether it accepts messages. Exits with 0 if it does, and with 1"
            + " if it does not or cannot be reached.")
public final class HealthCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--admin-url",
      paramLabel = "URL",
      defaultValue = "${env:POSTHORN_ADMIN_URL:-http://127.0.0.1:8072}",
      description =
          "The admin listener of the running server. Default: ${DEFAULT-VALUE}."
              + " (POSTHORN_ADMIN_URL)")
  private String url;

  @Option(
      names = "--admin-ca",
      paramLabel = "FILE",
      defaultValue = "${env:POSTHORN_ADMIN_CA}",
      description =
          "Certificates to trust for https (PEM), instead of the JDK's. (POSTHORN_ADMIN_CA)")
  private @Nullable Path ca;

  @Option(
      names = "--live",
      description = "Ask only whether the process works, as it does while it starts or waits.")
  private boolean live;

  @Override
  public Integer call() {
    String path = live ? "/health/live" : "/health/ready";
    try (ServerClient server =
        new ServerClient(url, null, ca == null ? null : Trust.in(ca, "--admin-ca"))) {
      spec.commandLine().getOut().println(server.get(path).path("status").asString("ok"));
    }
    return 0;
  }
}
