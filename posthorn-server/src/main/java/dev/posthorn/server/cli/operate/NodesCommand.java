package dev.posthorn.server.cli.operate;

import dev.posthorn.server.cli.client.ServerClient;
import dev.posthorn.server.cli.client.Table;
import dev.posthorn.server.config.Durations;
import dev.posthorn.store.postgresql.PostgresqlNode;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists the processes that share a PostgreSQL schema, and has one give its partitions away. */
@Command(
    name = "nodes",
    description = {
      "Lists the processes that have a PostgreSQL schema open: their partitions, since when they"
          + " run, the time that their lease lasts, and what waits for them.",
      "WAITING and LAG: messages, cancellations and tasks for a process that others have accepted"
          + " and that it has not taken over so far; and the age of the oldest."
    },
    footer = {"", "Exits with 1 if nobody owns some partitions, so nothing in them is delivered."})
public final class NodesCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Mixin private StoreFlags store;

  @Option(names = "--json", description = "Print JSON, with the numbers of the partitions.")
  private boolean json;

  /** Creates the command. */
  public NodesCommand() {}

  @Override
  public Integer call() {
    PostgresqlNodes nodes = PostgresqlNodes.read(store.options());
    if (json) {
      spec.commandLine().getOut().println(json(nodes));
    } else {
      table(nodes).print(spec.commandLine().getOut());
      if (!nodes.unowned().isEmpty()) {
        spec.commandLine()
            .getErr()
            .println("partitions that nobody owns: " + nodes.unowned().size());
      }
    }
    return nodes.unowned().isEmpty() ? 0 : 1;
  }

  private static Table table(PostgresqlNodes nodes) {
    Table table =
        new Table(
            "NAME", "STATE", "PARTITIONS", "SINCE", "LEASE", "WAITING", "LAG", "VERSION", "ID");
    for (PostgresqlNode node : nodes.nodes()) {
      table.add(
          node.name(),
          state(node),
          String.valueOf(node.partitions().size()),
          node.since().toString(),
          node.leaseLeft().isNegative() ? "over" : seconds(node.leaseLeft()),
          String.valueOf(node.waiting()),
          seconds(node.lag()),
          node.version(),
          String.valueOf(node.id()));
    }
    return table;
  }

  private static String state(PostgresqlNode node) {
    return node.state().name().toLowerCase(Locale.ROOT);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }

  private static ObjectNode json(PostgresqlNodes nodes) {
    ObjectNode object = ServerClient.object().put("time", nodes.time().toString());
    ArrayNode list = object.putArray("nodes");
    for (PostgresqlNode node : nodes.nodes()) {
      ObjectNode one =
          list.addObject()
              .put("id", node.id())
              .put("name", node.name())
              .put("state", state(node))
              .put("since", node.since().toString())
              .put("leaseMillis", node.leaseLeft().toMillis())
              .put("waiting", node.waiting())
              .put("lagMillis", node.lag().toMillis())
              .put("version", node.version());
      ArrayNode partitions = one.putArray("partitions");
      node.partitions().forEach(partitions::add);
    }
    ArrayNode unowned = object.putArray("unowned");
    nodes.unowned().forEach(unowned::add);
    return object;
  }

  @Command(
      name = "drain",
      description = {
        "Has a process give its partitions to the others and take none, until it starts again or"
            + " the drain is canceled. Waits until it owns nothing.",
        "The process still accepts messages, but its readiness probe answers 503, so that load"
            + " balancers send it no more. A process that is stopped gives its partitions away by"
            + " itself."
      })
  int drain(
      @Mixin StoreFlags where,
      @Parameters(
              arity = "0..1",
              paramLabel = "NODE",
              description =
                  "The name or the id of the process. Default: POSTHORN_NODE_NAME, or the name of"
                      + " this host.")
          @Nullable String node,
      @Option(
              names = "--cancel",
              description = "Let the process take partitions again. Does not wait.")
          boolean cancel,
      @Option(
              names = "--timeout",
              paramLabel = "TIME",
              defaultValue = "1m",
              description =
                  "The time to wait until it owns nothing, then exit with 1."
                      + " Default: ${DEFAULT-VALUE}.")
          Duration timeout)
      throws InterruptedException {
    NodeDrain drain = NodeDrain.of(where, node, spec.commandLine().getErr());
    if (cancel) {
      drain.cancel();
      spec.commandLine().getOut().println(drain.name() + " takes partitions again");
      return 0;
    }
    if (!drain.await(timeout)) {
      spec.commandLine()
          .getErr()
          .println(
              "posthorn: "
                  + drain.name()
                  + " still owns partitions after "
                  + Durations.text(timeout)
                  + "; look at its log. A process with single-owner=true keeps them all");
      return 1;
    }
    spec.commandLine().getOut().println(drain.name() + " owns no partitions");
    return 0;
  }
}
