package dev.posthorn.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Reason;
import dev.posthorn.testkit.receiver.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file size limit, such as a quota, is handled like a full disk. */
class FileSizeLimitTest {
  private static final int KILOBYTES = 6_000;

  @TempDir private Path directory;

  @Test
  void refusesMessagesAtOnceAndLosesNothing() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no shell to limit");
    Path file = directory.resolve("webhooks.db");
    List<String> said = LimitedProcess.run(file, KILOBYTES);
    assertThat(said).isNotEmpty().last().asString().startsWith("trouble");

    List<String> accepted = new ArrayList<>(said.subList(0, said.size() - 1));
    accepted.removeIf(line -> !line.startsWith("msg_"));
    List<String> refused = new ArrayList<>(said.subList(0, said.size() - 1));
    refused.removeIf(line -> line.startsWith("msg_"));
    assertThat(accepted).hasSizeGreaterThan(50);
    assertThat(refused)
        .hasSizeGreaterThanOrEqualTo(30)
        .allMatch(reason -> reason.equals(Reason.STORE_FULL.name()));
    assertThat(Files.size(file)).isLessThanOrEqualTo(KILOBYTES * 1024L);

    // Without the limit all accepted messages are there, and delivery continues.
    PosthornOptions options = PosthornOptions.builder(file).allowNetworks("127.0.0.0/8").build();
    try (Posthorn posthorn = Posthorn.open(options)) {
      long stored =
          accepted.stream()
              .map(id -> posthorn.messages().deliveries(id))
              .filter(deliveries -> deliveries.size() == 1)
              .count();
      assertThat(stored).isEqualTo(accepted.size());
      long succeeded =
          accepted.stream()
              .flatMap(id -> posthorn.messages().deliveries(id).stream())
              .filter(delivery -> delivery.state() == DeliveryState.SUCCEEDED)
              .count();
      assertThat(succeeded).as("outcomes that were stored under the limit").isPositive();
      Await.until("a message is accepted", () -> posthorn.send("t", "{}") != null);
    }
  }
}
