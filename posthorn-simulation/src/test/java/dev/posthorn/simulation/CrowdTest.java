package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Very many endpoints with work: how much of it is in memory does not depend on how many. */
class CrowdTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final int ENDPOINTS = 300;
  private static final int MESSAGES = 20;
  private static final int HOT_ROWS = 400;

  /** The number of rows in the last page of each endpoint. */
  private final Map<Long, Integer> pages = new HashMap<>();

  /** The reads for lanes, in order. */
  private final List<String> reads = new ArrayList<>();

  private final EngineHarness harness =
      new EngineHarness(1, options(), WatchedStore.launcher(new PageWatcher()), this::reply);
  private boolean hang = true;
  private int delivered;

  private static EngineOptions options() {
    return EngineOptions.DEFAULT.withLimits(
        SimOptions.LIMITS.toBuilder().hotRows(HOT_ROWS).acceptBytes(1 << 26).build());
  }

  /** Notes how large pages of parked rows are. */
  private final class PageWatcher implements WatchedStore.Watcher {
    @Override
    public void called(String method, Object[] arguments) {
      if (method.equals("parked") || method.equals("messages")) {
        reads.add(method);
      }
    }

    @Override
    public void returned(String method, @Nullable Object result) {
      if (method.equals("parked") && result instanceof List<?> rows && !rows.isEmpty()) {
        pages.put(((LiveRow) rows.getFirst()).endpoint(), rows.size());
      }
    }
  }

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    SimReceiver receiver = new SimReceiver(harness.random);
    if (hang) {
      receiver.mood(SimReceiver.Mood.HANGING);
    } else {
      delivered++;
    }
    return receiver.reply(request.limits());
  }

  private void sendToMany() {
    for (int i = 0; i < ENDPOINTS; i++) {
      harness.await(harness.addEndpoint("endpoint" + i, EngineHarness.policy(false)));
    }
    for (int i = 0; i < MESSAGES; i++) {
      harness.send(0);
      harness.run(SECOND / 4);
    }
  }

  @Test
  void afterARestartTheFirstPayloadsAreReadBesideThePagesOfAll() {
    sendToMany();
    hang = false;
    harness.crash();
    reads.clear();
    for (int i = 0; i < 60 && reads.size() < ENDPOINTS; i++) {
      harness.run(10 * SECOND); // in some simulations every second read is slow
    }
    // Half of them, if no read is slow; none, if payloads had to wait for all pages.
    assertThat(reads.subList(0, ENDPOINTS)).filteredOn("messages"::equals).hasSizeGreaterThan(50);
  }

  @Test
  void theRowsInMemoryAreSharedOutAndAllAreDeliveredInTheEnd() {
    sendToMany();
    harness.run(600 * SECOND);
    assertThat(pages.values().stream().mapToInt(Integer::intValue).sum())
        .as("rows in memory, at most")
        .isLessThan(HOT_ROWS + 2 * ENDPOINTS);

    hang = false;
    harness.run(24 * 3_600 * SECOND);
    assertThat(harness.tables.hot()).isEmpty();
    assertThat(harness.tables.parked().values()).allMatch(Map::isEmpty);
    assertThat(delivered).isEqualTo(ENDPOINTS * MESSAGES);
    assertThat(pages).as("endpoints that pages were read of").hasSize(ENDPOINTS);
  }
}
