package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Background work that an outage of the store stops warns once, however often it tries. */
class OutageLinesTest {
  private static final long SECOND = EngineHarness.SECOND;

  private String broken = "";
  private int failures;
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT,
          WatchedStore.launcher((method, arguments) -> called(method)),
          (host, request) -> SimReceiver.answer(5, 200, null, request.limits()));

  private void called(String method) {
    if (method.equals(broken)) {
      failures++;
      throw new StoreException(StoreException.Reason.IO, "planted", null);
    }
  }

  @AfterEach
  void stop() {
    LogRecorder.stop();
  }

  private void outageOf(String read) {
    LogRecorder.start();
    broken = read;
    harness.run(120 * SECOND);
    broken = "";
    harness.run(60 * SECOND);
    assertThat(failures).as("tries").isGreaterThan(2);
  }

  private static void assertLines(String what) {
    assertThat(LogRecorder.lines())
        .filteredOn(line -> !line.startsWith("DEBUG"))
        .containsExactly(
            "WARN " + what + " failed, retried until it succeeds: planted",
            "INFO " + what + " succeeded again");
  }

  @Test
  void ofTheSearchForExpiredDeliveries() {
    outageOf("parkedBefore");
    assertLines("Search for expired deliveries");
  }

  @Test
  void ofATask() {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.send(0);
    harness.run(10 * SECOND);
    CompletableFuture<TaskRow> task =
        harness
            .engine
            .tasks()
            .run(TaskKind.BULK_REPLAY, new TaskOrder(endpoint.id(), 0, harness.clock.millis() + 1));
    outageOf("messages");
    long id = harness.await(task).id();
    assertLines("Step of task " + harness.engine.publicIds().format(IdPrefix.TASK, id));
  }
}
