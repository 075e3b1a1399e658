package dev.posthorn.server.cli.operate;

import dev.posthorn.server.cli.client.Table;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes, lists and ends the API keys of an environment. */
@Command(
    name = "keys",
    description = {
      "Makes, lists and ends the API keys of an environment: in the database of a server that is"
          + " not running, or of a running server with a token of the same environment.",
      "A key is shown once, when it is made; only its hash is kept."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Creates the command. */
  public KeysCommand() {}

  /** Prints the usage: without a command there is nothing else to do. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "create", description = "Makes a key.")
  int create(
      @Mixin KeyFlags where,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              defaultValue = "API key",
              description = "What people call it.")
          String name,
      @Option(names = "--json", description = "Print JSON.") boolean json) {
    try (ApiKeys keys = where.open(true)) {
      return made(keys.create(name), json);
    }
  }

  @Command(name = "list", description = "Lists keys.")
  int list(
      @Mixin KeyFlags where,
      @Option(names = "--json", description = "Print JSON, an object in each line.") boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    try (ApiKeys keys = where.open(false)) {
      if (json) {
        keys.list().forEach(key -> out.println(key.json()));
        return 0;
      }
      Table table = new Table("ID", "ENVIRONMENT", "NAME", "ENDS IN", "CREATED", "EXPIRES");
      keys.list()
          .forEach(
              key ->
                  table.add(
                      key.id(),
                      key.environment(),
                      key.name(),
                      "…" + key.endsIn(),
                      key.created(),
                      Objects.requireNonNullElse(key.expires(), "never")));
      table.print(out);
      return 0;
    }
  }

  @Command(name = "revoke", description = "Ends a key at once.")
  int revoke(
      @Mixin KeyFlags where,
      @Parameters(paramLabel = "ID", description = "The key's id: key_…") String id) {
    try (ApiKeys keys = where.open(false)) {
      keys.revoke(id);
    }
    spec.commandLine().getOut().println(id + " has ended");
    return 0;
  }

  @Command(name = "rotate", description = "Makes a new key in the place of another.")
  int rotate(
      @Mixin KeyFlags where,
      @Option(
              names = "--grace",
              paramLabel = "TIME",
              defaultValue = "24h",
              description = "How long the old one still counts. Default: ${DEFAULT-VALUE}.")
          Duration grace,
      @Parameters(paramLabel = "ID", description = "The old key's id: key_…") String id,
      @Option(names = "--json", description = "Print JSON.") boolean json) {
    try (ApiKeys keys = where.open(false)) {
      return made(keys.rotate(id, grace.toMillis()), json);
    }
  }

  private int made(ApiKey key, boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(key.json());
    } else {
      out.printf("%s of %s; it is not shown again:%n", key.id(), key.environment());
      out.println(key.token());
    }
    return 0;
  }
}
