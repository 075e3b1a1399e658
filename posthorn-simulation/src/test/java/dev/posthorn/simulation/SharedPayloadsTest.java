package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Room for the payloads of 15 messages, while a hanging endpoint has more waiting. */
class SharedPayloadsTest {
  private static final long SECOND = EngineHarness.SECOND;

  private int reads;
  private final EngineHarness harness =
      new EngineHarness(
          1,
          options(),
          WatchedStore.launcher((method, arguments) -> reads += method.equals("messages") ? 1 : 0),
          this::reply);

  private static EngineOptions options() {
    return EngineOptions.DEFAULT
        .withRetryWaits(List.of())
        .withLimits(SimOptions.LIMITS.toBuilder().bodyBytes(4_000).build());
  }

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    SimReceiver receiver = new SimReceiver(harness.random);
    if (host.startsWith("hanging")) {
      receiver.mood(SimReceiver.Mood.HANGING);
    }
    return receiver.reply(request.limits());
  }

  @Test
  void whatWaitsForASlowEndpointTakesHalfOfTheRoomAtMost() {
    harness.await(harness.addEndpoint("hanging", EngineHarness.policy(false)));
    harness.await(harness.addEndpoint("healthy", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    for (int i = 0; i < 30; i++) {
      harness.send(0);
      harness.run(SECOND / 4);
    }
    reads = 0;
    for (int i = 0; i < 100; i++) {
      harness.send(0);
      harness.run(SECOND / 4);
    }
    assertThat(reads).as("the healthy one's payloads are in memory").isLessThan(30);
  }
}
