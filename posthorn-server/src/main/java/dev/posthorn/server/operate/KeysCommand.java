package dev.posthorn.server.operate;

import dev.posthorn.server.client.ServerClient;
import dev.posthorn.server.client.Table;
import dev.posthorn.server.config.Values;
import dev.posthorn.store.Store;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** Makes, lists and ends the API keys of environments. */
@Command(
    name = "keys",
    description = {
      "Makes, lists and ends the API keys of environments, in the database of a server that is not"
          + " running.",
      "A key is shown once, when it is made; the database only has its hash."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand implements Runnable {
  private static final Pattern ENVIRONMENT = Pattern.compile("org_[A-Za-z0-9_-]{1,64}");
  private static final String INSTEAD =
      "stop it first, or use its API with a key or JWT: POSTHORN_URL and POSTHORN_TOKEN";

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Creates the command. */
  public KeysCommand() {}

  /** Prints the usage: without a command there is nothing else to do. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "create", description = "Makes a key for an environment.")
  int create(
      @Option(
              names = "--db",
              paramLabel = "FILE",
              defaultValue = "${env:POSTHORN_DB:-posthorn.db}",
              description = "The database; created if it does not exist. (POSTHORN_DB)")
          Path db,
      @Option(
              names = "--environment",
              paramLabel = "ENVIRONMENT",
              defaultValue = "org_default",
              description = "Its environment, which is made if need be: ${DEFAULT-VALUE}.")
          String environment,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              defaultValue = "API key",
              description = "What people call it.")
          String name,
      @Option(names = "--json", description = "Print JSON.") boolean json) {
    if (!ENVIRONMENT.matcher(environment).matches()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--environment: must be org_ and 1 to 64 letters, digits, _ or -");
    }
    return made(db, keys -> keys.create(environment, name), json);
  }

  @Command(name = "list", description = "Lists keys.")
  int list(
      @Option(
              names = "--db",
              paramLabel = "FILE",
              defaultValue = "${env:POSTHORN_DB:-posthorn.db}",
              description = "The database. (POSTHORN_DB)")
          Path db,
      @Option(
              names = "--environment",
              paramLabel = "ENVIRONMENT",
              description = "Only those of one environment.")
          @Nullable String environment,
      @Option(names = "--json", description = "Print JSON, an object in each line.") boolean json) {
    List<KeyStore.Key> keys =
        with(DatabaseFile.open(db, INSTEAD), store -> store.list(environment));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      keys.forEach(key -> out.println(object(key)));
      return 0;
    }
    Table table = new Table("ID", "ENVIRONMENT", "NAME", "ENDS IN", "CREATED", "EXPIRES");
    keys.forEach(
        key ->
            table.add(
                key.id(),
                key.environment(),
                key.row().name(),
                "…" + key.row().hint(),
                time(key.row().created()),
                key.row().expires() == 0 ? "never" : time(key.row().expires())));
    table.print(out);
    return 0;
  }

  @Command(name = "revoke", description = "Ends a key at once.")
  int revoke(
      @Option(
              names = "--db",
              paramLabel = "FILE",
              defaultValue = "${env:POSTHORN_DB:-posthorn.db}",
              description = "The database. (POSTHORN_DB)")
          Path db,
      @Parameters(paramLabel = "ID", description = "The key's id: key_…") String id) {
    var unused =
        with(
            DatabaseFile.open(db, INSTEAD),
            keys -> {
              keys.revoke(id);
              return id;
            });
    spec.commandLine().getOut().println(id + " has ended");
    return 0;
  }

  @Command(name = "rotate", description = "Makes a new key in the place of another.")
  int rotate(
      @Option(
              names = "--db",
              paramLabel = "FILE",
              defaultValue = "${env:POSTHORN_DB:-posthorn.db}",
              description = "The database. (POSTHORN_DB)")
          Path db,
      @Option(
              names = "--grace",
              paramLabel = "TIME",
              defaultValue = "24h",
              description = "How long the old one still counts. Default: ${DEFAULT-VALUE}.")
          String grace,
      @Parameters(paramLabel = "ID", description = "The old key's id: key_…") String id,
      @Option(names = "--json", description = "Print JSON.") boolean json) {
    long millis;
    try {
      millis = Values.parseMillis(grace);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--grace: \"" + grace + "\" must be a time such as 30m, 24h or 7d");
    }
    return made(db, keys -> keys.rotate(id, millis), json);
  }

  private int made(Path db, Function<KeyStore, KeyStore.Key> change, boolean json) {
    KeyStore.Key key = with(DatabaseFile.openOrCreate(db, INSTEAD), change);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(object(key).put("token", key.token()));
    } else {
      out.printf("%s of %s; it is not shown again:%n", key.id(), key.environment());
      out.println(key.token());
    }
    return 0;
  }

  private static <T> T with(Store opened, Function<KeyStore, T> task) {
    try (Store store = opened) {
      return task.apply(new KeyStore(store, InstantSource.system()));
    }
  }

  private static ObjectNode object(KeyStore.Key key) {
    ObjectNode object =
        ServerClient.object()
            .put("id", key.id())
            .put("environment", key.environment())
            .put("name", key.row().name())
            .put("endsIn", key.row().hint())
            .put("created", time(key.row().created()));
    return key.row().expires() == 0
        ? object.putNull("expires")
        : object.put("expires", time(key.row().expires()));
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
