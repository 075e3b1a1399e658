package dev.posthorn.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Message;
import dev.posthorn.MessagePage;
import dev.posthorn.Posthorn;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it sends and relays. Takes the start of three processes. */
class InboxKillTest {
  private static final int KILLS = 3;

  @TempDir private Path folder;

  @Test
  void whatWasCommittedIsSentOnceAndNothingElse() throws Exception {
    InboxDatabase database = new InboxDatabase(KilledSender.url(folder), "sqlite");
    try (Receiver receiver = Receiver.start()) {
      for (int i = 1; i <= KILLS; i++) {
        killAfter(receiver, i * 40L);
      }
      try (Posthorn posthorn = KilledSender.open(folder, database)) {
        Await.until("the inbox is empty", () -> database.rows() == 0);
        List<String> paid =
            database.query("SELECT id FROM invoice").stream().map(String::valueOf).toList();
        Await.until("all arrive", () -> received(receiver).containsAll(paid));

        assertThat(received(receiver)).hasSameElementsAs(paid);
        List<Message> stored = stored(posthorn);
        assertThat(stored).hasSize(paid.size()).doesNotHaveDuplicates();
        assertThat(stored.stream().map(Message::id).collect(Collectors.toSet()))
            .hasSize(paid.size());
      }
    }
  }

  private void killAfter(Receiver receiver, long requests) throws IOException {
    Process sender =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledSender.class.getName(),
                folder.toString(),
                receiver.url("/"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sender.log").toFile())
            .start();
    try {
      Await.until(
          "requests arrive",
          () -> {
            assertThat(sender.isAlive()).as("the sender runs").isTrue();
            return receiver.count() >= requests;
          });
    } finally {
      sender.destroyForcibly().onExit().join();
    }
  }

  /** Returns the invoices that the receiver was told of. */
  private static List<String> received(Receiver receiver) {
    List<String> invoices = new ArrayList<>();
    for (ReceivedRequest request : receiver.requests()) {
      invoices.add(request.text().replaceAll("\\{\"id\":\"(.*)\"}", "$1"));
    }
    return invoices;
  }

  private static List<Message> stored(Posthorn posthorn) {
    List<Message> all = new ArrayList<>();
    String after = null;
    do {
      MessagePage page = posthorn.messages().list(after, 1_000);
      all.addAll(page.messages());
      after = page.next();
    } while (after != null);
    return all;
  }
}
