package dev.posthorn;

import dev.posthorn.testkit.receiver.Await;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** A folder for a database, and what tests of the API do again and again. */
abstract class ApiTest {
  @TempDir private Path folder;

  /** Returns options for this test's file: receivers on this machine, one retry, soon. */
  final PosthornOptions options() {
    return PosthornOptions.builder(folder.resolve("webhooks.db"))
        .allowNetworks("127.0.0.0/8")
        .retrySchedule(RetrySchedule.of(Duration.ofMillis(20)))
        .build();
  }

  /** Waits until all deliveries of a message are in a state. */
  static void awaitState(Posthorn posthorn, Receipt receipt, DeliveryState wanted) {
    Await.until(
        wanted + " of " + receipt,
        () ->
            posthorn.messages().deliveries(receipt.id()).stream()
                .allMatch(delivery -> delivery.state() == wanted));
  }
}
