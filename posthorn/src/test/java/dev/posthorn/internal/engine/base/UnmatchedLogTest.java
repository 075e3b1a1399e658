package dev.posthorn.internal.engine.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.ManualLoop;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.PublicIds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnmatchedLogTest {
  private final ManualLoop clock = new ManualLoop();
  private final PublicIds ids = new PublicIds(1, 2);
  private final List<String> lines = new ArrayList<>();
  private final UnmatchedLog log = new UnmatchedLog(clock, ids, lines::add);

  private void send(long application, String type, SendResult result) {
    log.sent(
        new SendRequest(
            application, type, List.of(), "text/plain", new byte[0], SendRequest.Options.NONE),
        result);
  }

  private void sendToNobody(long application, String type) {
    send(application, type, new SendResult(7, new long[0], false, null));
  }

  @Test
  void theFirstIsToldAtOnceWithItsTypeAndWhoseItIs() {
    sendToNobody(1, "invoice.pad");
    assertThat(lines)
        .containsExactly(
            "Accepted 1 message that matched no endpoint: "
                + ids.format(IdPrefix.APPLICATION, 1)
                + " sent invoice.pad; last "
                + ids.format(IdPrefix.MESSAGE, 7));
  }

  @Test
  void whatMatchedOrCameBeforeIsNotTold() {
    send(1, "a", new SendResult(7, new long[] {5}, false, null));
    send(1, "a", new SendResult(7, new long[0], true, null));
    assertThat(lines).isEmpty();
  }

  @Test
  void theOthersAreToldTogetherOnceAMinuteAtMost() {
    sendToNobody(1, "a");
    for (int i = 0; i < 1_000; i++) {
      sendToNobody(2, i % 2 == 0 ? "b" : "c");
    }
    clock.runFor(59_000);
    log.tell();
    assertThat(lines).hasSize(1);
    clock.runFor(1_000);
    log.tell();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1))
        .startsWith("Accepted 1000 messages that")
        .contains(ids.format(IdPrefix.APPLICATION, 2) + " sent b (500), c (500); last ");
    clock.runFor(60_000);
    log.tell();
    assertThat(lines).hasSize(2); // nothing came since
  }

  @Test
  void oneApplicationHidesNoOtherAndNoLineIsLong() {
    sendToNobody(1, "a");
    for (int i = 0; i < 1_000; i++) {
      sendToNobody(2, "x".repeat(252) + i);
    }
    for (int application = 3; application < 100; application++) {
      sendToNobody(application, "typo");
    }
    clock.runFor(60_000);
    log.tell();
    assertThat(lines.get(1))
        .contains("997 of other event types", ids.format(IdPrefix.APPLICATION, 3) + " sent typo")
        .contains("; 88 of other applications")
        .hasSizeLessThan(10_000);
  }
}
