package dev.posthorn.server.cli.command;

import dev.posthorn.server.cli.client.ServerClient;
import dev.posthorn.server.cli.client.ServerFlags;
import dev.posthorn.server.config.Durations;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Redelivers one message, or all that failed since a time. */
@Command(
    name = "replay",
    description =
        "Redelivers one message, or all messages that failed since a time, through a"
            + " running server.",
    sortOptions = false)
public final class ReplayCommand implements Callable<Integer> {
  /** The start of a date, which a duration does not have. */
  private static final Pattern TIME = Pattern.compile("[+-]?\\d{4,}-");

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Mixin private ServerFlags at;

  @Option(
      names = "--app",
      required = true,
      paramLabel = "APP",
      description = "The application's id or uid.")
  private String app;

  @Option(
      names = "--endpoint",
      required = true,
      paramLabel = "ENDPOINT",
      description = "The endpoint's id or uid.")
  private String endpoint;

  @Option(
      names = "--message",
      paramLabel = "MESSAGE",
      description = "Redeliver this message, whatever its state.")
  private @Nullable String message;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Redeliver each message that failed since then: 2h for the last two hours, or"
              + " 2026-01-31T12:00:00Z; at most 14d.")
  private @Nullable String since;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if ((message == null) == (since == null)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "give either --message MESSAGE or --since TIME");
    }
    try (ServerClient server = at.client()) {
      JsonNode answer = message != null ? resend(server, message) : recover(server);
      if (json) {
        spec.commandLine().getOut().println(answer);
      }
    }
    return 0;
  }

  private JsonNode resend(ServerClient server, String id) {
    JsonNode answer =
        server.post(
            "/api/v1/app/"
                + ServerClient.encoded(app)
                + "/msg/"
                + ServerClient.encoded(id)
                + "/endpoint/"
                + ServerClient.encoded(endpoint)
                + "/resend",
            ServerClient.object());
    say("the message is delivered again");
    return answer;
  }

  private JsonNode recover(ServerClient server) {
    ObjectNode body = ServerClient.object().put("since", from().toString());
    JsonNode task =
        server.post(
            EndpointsCommand.path(app) + "/" + ServerClient.encoded(endpoint) + "/recover", body);
    say("failed messages are delivered again in the background: " + task.path("id").asString());
    return task;
  }

  private void say(String text) {
    if (!json) {
      spec.commandLine().getOut().println(text);
    }
  }

  private Instant from() {
    String text = String.valueOf(since);
    try {
      return TIME.matcher(text).lookingAt()
          ? Instant.parse(text)
          : Instant.now().minus(Durations.parse(text));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--since: must be a time such as 2h or 2026-01-31T12:00:00Z", e);
    }
  }
}
