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

/** Creates, lists, revokes and rotates the API keys of an environment. */
@Command(
    name = "keys",
    description = {
      "Creates, lists, revokes and rotates the API keys of an environment: in the"
          + " database of a server that is not running, or on a running server with a token of"
          + " the same environment.",
      "A key is shown once, when it is created; only its hash is stored."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Creates the command. */
  public KeysCommand() {}

  /** Prints the usage, since no command is given. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "create", description = "Creates a key.")
  int create(
      @Mixin KeyFlags where,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              defaultValue = "API key",
              description = "The name of the key. Default: ${DEFAULT-VALUE}.")
          String name,
      @Option(names = "--json", description = "Print JSON.") boolean json) {
    try (ApiKeys keys = where.open(true)) {
      return made(keys.create(name), json);
    }
  }

  @Command(name = "list", description = "Lists keys.")
  int list(
      @Mixin KeyFlags where,
      @Option(names = "--json", description = "Print JSON, one object per line.") boolean json) {
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

  @Command(name = "revoke", description = "Revokes a key at once.")
  int revoke(
      @Mixin KeyFlags where,
      @Parameters(paramLabel = "ID", description = "The key's id: key_…") String id) {
    try (ApiKeys keys = where.open(false)) {
      keys.revoke(id);
    }
    spec.commandLine().getOut().println(id + " is revoked");
    return 0;
  }

  @Command(name = "rotate", description = "Creates a key that replaces another.")
  int rotate(
      @Mixin KeyFlags where,
      @Option(
              names = "--grace",
              paramLabel = "TIME",
              defaultValue = "24h",
              description = "The time that the old key remains valid. Default: ${DEFAULT-VALUE}.")
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
