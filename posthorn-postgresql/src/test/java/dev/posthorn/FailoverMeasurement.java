package dev.posthorn;

import dev.posthorn.internal.postgresql.store.ServerWithStandby;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Measures a failover under load, with the default lease: two instances send, each one message
 * after the other, while their server crashes and its standby is promoted at once. Servers do not
 * sync.
 *
 * <p>Arguments: times, {@code true} for synchronous replication.
 */
final class FailoverMeasurement {
  private static final int SOME = 200;

  private FailoverMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    boolean synchronous = Boolean.parseBoolean(arguments[1]);
    for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
      try (ServerWithStandby servers = ServerWithStandby.start();
          Receiver receiver = Receiver.start()) {
        if (synchronous) {
          servers.replicateSynchronously();
        }
        run(servers, receiver);
      }
    }
  }

  private static Posthorn open(ServerWithStandby servers) {
    return Posthorn.open(
        PosthornOptions.builder(PostgresqlOptions.of(servers.url()))
            .secretKey(SendingProcess.KEY)
            .allowNetworks("127.0.0.0/8")
            .build());
  }

  private static void run(ServerWithStandby servers, Receiver receiver) throws Exception {
    try (Posthorn one = open(servers);
        Posthorn two = open(servers)) {
      for (int i = 0; i < SendingProcess.APPLICATIONS; i++) {
        one.application("customer-" + i).endpoints().add(NewEndpoint.of(receiver.url("/")));
      }
      awaitOwners(servers.database());
      try (Sender first = new Sender(number -> SendingProcess.send(one, number));
          Sender second = new Sender(number -> SendingProcess.send(two, number))) {
        first.awaitMore(SOME);
        second.awaitMore(SOME);
        long begun = System.nanoTime();
        servers.failOver();
        long promoted = System.nanoTime();
        first.awaitMore(1);
        second.awaitMore(1);
        final long accepted = System.nanoTime();
        awaitOwners(servers.promoted());
        final long owned = System.nanoTime();
        Set<String> all = new HashSet<>(first.accepted());
        all.addAll(second.accepted());
        first.stop();
        second.stop();
        Await.until("delivered", () -> received(receiver).containsAll(all) || isOver(owned));
        all.removeAll(received(receiver));
        System.out.printf(
            Locale.ROOT,
            "promoted %.2f s, both accept %.2f s, all partitions have owners %.2f s after the"
                + " crash; %d messages, not delivered %d%n",
            seconds(begun, promoted),
            seconds(begun, accepted),
            seconds(begun, owned),
            first.accepted().size() + second.accepted().size(),
            all.size());
      }
    }
  }

  private static boolean isOver(long owned) {
    return seconds(owned, System.nanoTime()) > 10;
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1e9;
  }

  private static void awaitOwners(TestDatabase database) {
    Await.until(
        "two own all",
        () ->
            database
                .query(
                    "SELECT count(n.id) || ' ' || count(DISTINCT n.id) FROM posthorn.assignment a"
                        + " JOIN posthorn.node n ON n.id = a.node")
                .equals(List.of("256 2")));
  }

  private static Set<String> received(Receiver receiver) {
    return Set.copyOf(SharedInstances.received(receiver));
  }
}
