package dev.posthorn;

import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.List;

/** Conditions and results in tests of instances that share a schema. */
public final class SharedInstances {
  private SharedInstances() {}

  /** Waits until so many instances own all partitions. */
  public static void awaitOwners(TestDatabase database, int nodes) {
    Await.until(
        "all partitions have owners, " + nodes + " in all",
        () ->
            database
                .query("SELECT count(node) || ' ' || count(DISTINCT node) FROM posthorn.assignment")
                .equals(List.of("256 " + nodes)));
  }

  /** Returns the ids of the messages that a receiver got, in their order. */
  static List<String> received(Receiver receiver) {
    return receiver.requests().stream()
        .map(request -> String.valueOf(request.header("webhook-id")))
        .toList();
  }
}
