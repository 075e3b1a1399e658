package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Endpoints whose deliveries cannot go take no place of {@code hot} from those that can use it. */
class StuckLanesTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final int HOT_ROWS = 400;
  private static final int STUCK = 20;

  private final EngineHarness harness =
      new EngineHarness(1, options(), Launcher.PLAIN, this::reply);

  private static EngineOptions options() {
    return EngineOptions.DEFAULT.withLimits(
        SimOptions.LIMITS.toBuilder()
            .hotRows(HOT_ROWS)
            .laneHotRows(300)
            .acceptBytes(1 << 24)
            .build());
  }

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    SimReceiver receiver = new SimReceiver(harness.random);
    if (host.startsWith("hanging")) {
      receiver.mood(SimReceiver.Mood.HANGING);
    }
    return receiver.reply(request.limits());
  }

  private EndpointRow add(String name, String channel) {
    return harness.await(harness.addEndpoint(name, EngineHarness.policy(false), List.of(channel)));
  }

  @Test
  void pausedAndHangingEndpointsLeaveHotToTheOthers() {
    add("healthy", "healthy");
    for (int i = 0; i < STUCK; i++) {
      add("hanging" + i, "stuck");
      harness.await(harness.state(add("paused" + i, "stuck"), EndpointState.PAUSED));
    }
    for (int i = 0; i < 60; i++) {
      harness.send(List.of("stuck"), 10);
      harness.run(SECOND / 4);
    }
    harness.run(5 * SECOND);
    assertThat(harness.tables.hot().size()).as("rows that wait in hot").isZero();

    Set<Long> before = Set.copyOf(harness.tables.messages().keySet());
    for (int i = 0; i < 200; i++) {
      harness.send(List.of("healthy"), 10);
    }
    harness.run(SECOND / 100);
    Set<Long> hot =
        harness.tables.hot().values().stream()
            .map(row -> row.message())
            .collect(Collectors.toSet());
    hot.removeAll(before);
    assertThat(hot.size()).as("rows of a burst for the healthy one").isGreaterThan(150);
  }
}
