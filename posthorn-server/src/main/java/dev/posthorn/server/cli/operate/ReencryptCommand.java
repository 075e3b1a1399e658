package dev.posthorn.server.cli.operate;

import dev.posthorn.server.cli.client.AdminFlags;
import dev.posthorn.server.cli.client.ServerClient;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** Encrypts secrets with the newest secret key. */
@Command(
    name = "reencrypt",
    description = {
      "Reencrypts all secrets of the running server with its newest secret key, without"
          + " stopping deliveries.",
      "Start the server with --secret-key 2:NEW,1:OLD first; afterwards, 2:NEW is enough."
    })
public final class ReencryptCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Mixin private AdminFlags admin;

  @Override
  public Integer call() {
    try (ServerClient server = admin.client()) {
      JsonNode done = server.post("/reencrypt", ServerClient.object());
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "%d secrets of %d endpoints were encrypted again%n",
              done.path("secrets").asInt(0),
              done.path("endpoints").asInt(0));
    }
    return 0;
  }
}
