package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The event ids of a batch cost one read, since the writer makes it. */
class KeyReadsTest {
  private static final int MANY = 50;

  private final Map<String, Integer> calls = new HashMap<>();
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT,
          WatchedStore.launcher((method, arguments) -> calls.merge(method, 1, Integer::sum)),
          (host, request) -> new SimReceiver(this.harness().random).reply(request.limits()));

  private EngineHarness harness() {
    return harness;
  }

  private List<SendResult> sendMany(int distinct) {
    List<CompletableFuture<SendResult>> sent = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      sent.add(harness.engine.messages().acceptAsync(harness.message("event " + i % distinct)));
    }
    return sent.stream().map(harness::await).toList();
  }

  @Test
  void theEventIdsOfABatchAreLookedUpTogether() {
    calls.clear();
    assertThat(sendMany(MANY)).noneMatch(SendResult::duplicate);
    assertThat(calls.getOrDefault("dedupe", 0)).isEqualTo(1);
  }

  @Test
  void anEventIdCountsOnceInABatchAndAfterIt() {
    assertThat(sendMany(10)).filteredOn(result -> !result.duplicate()).hasSize(10);
    assertThat(sendMany(20)).filteredOn(result -> !result.duplicate()).hasSize(10);
    assertThat(harness.tables.messages()).hasSize(20);
  }

  @Test
  void aBatchWithoutEventIdsLooksNothingUp() {
    calls.clear();
    harness.await(harness.engine.messages().acceptAsync(harness.message(null)));
    assertThat(calls).doesNotContainKey("dedupe");
  }
}
