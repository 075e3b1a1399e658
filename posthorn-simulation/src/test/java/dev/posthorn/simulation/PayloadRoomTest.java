package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Forty endpoints hang with large payloads, which are many times what may be in memory. */
class PayloadRoomTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final int HANGING = 40;
  private static final int MESSAGES = 16;
  private static final int BYTES = 50_000;
  private static final int ROOM = 1_200_000;
  private static final List<String> HEALTHY = List.of("healthy");

  private final EngineHarness harness =
      new EngineHarness(1, options(), Launcher.PLAIN, this::reply);
  private boolean hang = true;
  private long underWay;
  private long mostUnderWay;
  private int healthyExchanges;
  private int others;

  private static EngineOptions options() {
    return EngineOptions.DEFAULT.withLimits(
        EngineOptions.DEFAULT.limits().toBuilder()
            .bodyBytes(ROOM)
            .acceptBytes(1 << 26)
            .maxPayloadSize(2 * ROOM)
            .build());
  }

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    SimReceiver receiver = new SimReceiver(harness.random);
    boolean healthy = host.startsWith("healthy");
    if (hang && !healthy) {
      receiver.mood(SimReceiver.Mood.HANGING);
    } else if (healthy) {
      healthyExchanges++;
    } else {
      others++;
    }
    int bytes = request.body().length;
    underWay += bytes;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    SimReceiver.Reply reply = receiver.reply(request.limits());
    harness.clock.after(reply.millis() * 1_000_000, () -> underWay -= bytes);
    return reply;
  }

  private void addEndpoints() {
    harness.await(harness.addEndpoint("healthy", EngineHarness.policy(false), HEALTHY));
    for (int i = 0; i < HANGING; i++) {
      harness.await(
          harness.addEndpoint("hanging" + i, EngineHarness.policy(i % 2 == 0), List.of("h" + i)));
    }
    harness.run(SECOND);
  }

  private void sendLarge(int bytes) {
    for (int i = 0; i < HANGING; i++) {
      harness.send(List.of("h" + i), bytes);
      harness.run(SECOND / 100);
    }
  }

  /** Sends a small message to the healthy endpoint, which must get it within a second. */
  private void requirePunctual() {
    int before = healthyExchanges;
    harness.send(HEALTHY, 1_000);
    harness.run(SECOND);
    assertThat(healthyExchanges).as("the healthy endpoint's exchanges").isEqualTo(before + 1);
  }

  private int waiting() {
    return harness.tables.hot().size()
        + harness.tables.parked().values().stream().mapToInt(p -> p.size()).sum();
  }

  @Test
  void theBytesUnderWayAreBoundedTheHealthyOneNoticesNothingAndAllIsDeliveredInTheEnd() {
    addEndpoints();
    for (int i = 0; i < MESSAGES; i++) {
      sendLarge(BYTES);
    }
    for (int i = 0; i < 120; i++) {
      requirePunctual();
    }
    assertThat(mostUnderWay).isBetween(2L * BYTES, ROOM / 2L + 2 * BYTES);

    hang = false;
    harness.run(24 * 3_600 * SECOND);
    assertThat(waiting()).isZero();
    assertThat(others).isEqualTo(HANGING * MESSAGES);
    assertThat(mostUnderWay).isLessThan(ROOM / 2 + 2 * BYTES);
  }

  @Test
  void payloadsLargerThanAllOfTheRoomGoOneAfterTheOther() {
    hang = false;
    addEndpoints();
    sendLarge(2 * ROOM);
    harness.run(60 * SECOND);
    assertThat(waiting()).isZero();
    assertThat(others).isEqualTo(HANGING);
    assertThat(mostUnderWay).isLessThan(2 * ROOM + ROOM / 2);
  }
}
