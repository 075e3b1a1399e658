package dev.posthorn.server.cli.operate;

import dev.posthorn.server.cli.client.AdminFlags;
import dev.posthorn.server.cli.client.ServerClient;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Prints a link that opens the console of a running server. */
@Command(
    name = "console",
    description = {
      "Prints a link that opens the console of the running server, without an API key.",
      "It works once, within 10 minutes, and starts a session of 12 hours."
    })
public final class ConsoleCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Mixin private AdminFlags admin;

  @Option(
      names = "--environment",
      paramLabel = "ENVIRONMENT",
      description = "The environment to show. Default: org_default, or the only one.")
  private @Nullable String environment;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The name of the person, for the audit log. Default: the user of this command.")
  private @Nullable String name;

  @Option(names = "--read-only", description = "Allow no changes.")
  private boolean readOnly;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    ObjectNode body = ServerClient.object().put("readOnly", readOnly);
    body.put("name", name == null ? System.getProperty("user.name", "") : name);
    if (environment != null) {
      body.put("environment", environment);
    }
    JsonNode link;
    try (ServerClient server = admin.client()) {
      link = server.post("/console-link", body);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? link.toString() : link.path("url").asString());
    return 0;
  }
}
