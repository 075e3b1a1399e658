package dev.posthorn.server.cli.command;

import dev.posthorn.server.cli.client.ServerClient;
import dev.posthorn.server.cli.client.ServerFlags;
import dev.posthorn.server.cli.client.Table;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists, adds and removes the endpoints of an application of a running server. */
@Command(
    name = "endpoints",
    description = "Lists, adds and removes endpoints of an application on a running server.",
    synopsisSubcommandLabel = "COMMAND")
public final class EndpointsCommand implements Runnable {
  private static final int PAGE = 250;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Creates the command. */
  public EndpointsCommand() {}

  /** Prints the usage, since no command is given. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "list", description = "Lists endpoints.")
  int list(
      @Mixin ServerFlags at,
      @Mixin ApplicationFlag of,
      @Option(names = "--json", description = "Print JSON, one object per line.") boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    Table table = new Table("ID", "URL", "EVENTS", "STATE");
    try (ServerClient server = at.client()) {
      String from = "";
      while (true) {
        JsonNode page = server.get(path(of.app) + "?limit=" + PAGE + from);
        for (JsonNode endpoint : page.path("data")) {
          if (json) {
            out.println(endpoint);
          } else {
            table.add(
                endpoint.path("id").asString(),
                endpoint.path("url").asString(),
                events(endpoint.path("filterTypes")),
                endpoint.path("disabled").asBoolean(false) ? "disabled" : "enabled");
          }
        }
        if (page.path("done").asBoolean(true)) {
          break;
        }
        from = "&iterator=" + ServerClient.encoded(page.path("iterator").asString());
      }
    }
    if (!json) {
      table.print(out);
    }
    return 0;
  }

  private static String events(JsonNode types) {
    return types.isEmpty()
        ? "all"
        : String.join(",", types.valueStream().map(JsonNode::asString).toList());
  }

  @Command(name = "add", description = "Adds an endpoint, and prints its id and signing secret.")
  int add(
      @Mixin ServerFlags at,
      @Mixin ApplicationFlag of,
      @Option(
              names = "--event",
              paramLabel = "TYPE",
              description =
                  "Only messages of this event type, which must exist, or of a pattern such as"
                      + " invoice.*. Repeatable.")
          @Nullable List<String> events,
      @Parameters(paramLabel = "URL", description = "The URL that receives the messages.")
          String url,
      @Option(names = "--json", description = "Print JSON.") boolean json) {
    ObjectNode body = ServerClient.object().put("url", url);
    if (events != null) {
      events.forEach(body.putArray("filterTypes")::add);
    }
    try (ServerClient server = at.client()) {
      JsonNode endpoint = server.post(path(of.app), body);
      String id = endpoint.path("id").asString();
      String secret = server.get(path(of.app) + "/" + id + "/secret").path("key").asString();
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(((ObjectNode) endpoint).put("secret", secret));
      } else {
        out.printf("%s%n%s%n", id, secret);
      }
    }
    return 0;
  }

  @Command(
      name = "remove",
      description = "Removes an endpoint, and cancels the deliveries that wait for it.")
  int remove(
      @Mixin ServerFlags at,
      @Mixin ApplicationFlag of,
      @Parameters(paramLabel = "ENDPOINT", description = "The endpoint's id or uid.")
          String endpoint) {
    try (ServerClient server = at.client()) {
      server.delete(path(of.app) + "/" + ServerClient.encoded(endpoint));
    }
    spec.commandLine().getOut().println(Table.printable(endpoint) + " is removed");
    return 0;
  }

  static String path(String app) {
    return "/api/v1/app/" + ServerClient.encoded(app) + "/endpoint";
  }
}
