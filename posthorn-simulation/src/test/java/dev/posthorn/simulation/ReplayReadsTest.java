package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.task.TaskData;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Delivering again to one endpoint costs what that endpoint has, however many others there are. */
class ReplayReadsTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final int MESSAGES = 20;

  /** A harness with some endpoints that refuse everything, paused in the end, and what is read. */
  private static final class Scene implements WatchedStore.Watcher {
    private final Set<String> calls = new HashSet<>();
    private final EngineHarness harness =
        new EngineHarness(1, EngineOptions.DEFAULT, WatchedStore.launcher(this), Scene::refuse);
    private final EndpointRow endpoint;
    private int rows;

    Scene(int endpoints) {
      EndpointPolicy once =
          EngineHarness.policy(false).toBuilder().retryWaits(List.of()).build(); // one attempt
      List<EndpointRow> all = new ArrayList<>();
      for (int i = 0; i < endpoints; i++) {
        all.add(harness.await(harness.addEndpoint("e" + i, once)));
      }
      for (int i = 0; i < MESSAGES; i++) {
        harness.send(0);
      }
      harness.run(60 * SECOND);
      assertThat(harness.tables.attempts()).hasSize(MESSAGES * endpoints);
      for (EndpointRow each : all) {
        harness.await(harness.state(each, EndpointState.PAUSED));
      }
      harness.run(10 * SECOND);
      endpoint = all.get(endpoints / 2);
    }

    private static SimReceiver.Reply refuse(String host, HttpRequest request) {
      return SimReceiver.answer(5, 400, null, request.limits());
    }

    @Override
    public void called(String method, Object[] arguments) {
      calls.add(method);
    }

    @Override
    public void returned(String method, @Nullable Object result) {
      rows +=
          switch (result) {
            case null -> 0;
            case List<?> list -> list.size();
            case Page<?> page -> page.rows().size();
            case Record row -> 1;
            default -> 0; // a part of the store, such as its lease
          };
    }

    /** Returns how many rows were read meanwhile. */
    int rows(Consumer<Scene> what) {
      rows = 0;
      calls.clear();
      what.accept(this);
      return rows;
    }

    void run(TaskKind kind) {
      TaskOrder.Filter filter =
          kind == TaskKind.BULK_REPLAY
              ? new TaskOrder.Filter(List.of(), null, null, DeliveryState.FAILED, null)
              : TaskOrder.Filter.NONE;
      TaskOrder order = new TaskOrder(endpoint.id(), 0, harness.clock.millis() + 1, filter);
      TaskData done = TaskData.of(harness.await(harness.engine.tasks().run(kind, order)));
      assertThat(done.changed()).isEqualTo(kind == TaskKind.REPLAY_MISSING ? 0 : MESSAGES);
    }

    private MessageRow last() {
      return harness.tables.messages().lastEntry().getValue();
    }

    void replay() {
      assertThat(harness.await(harness.engine.deliveries().replay(last().id(), endpoint.id())))
          .isTrue();
    }

    void cancel() {
      assertThat(
              harness.await(
                  harness
                      .engine
                      .deliveries()
                      .cancel(harness.application(), last().id(), endpoint.id())))
          .isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RECOVER", "REPLAY_MISSING", "BULK_REPLAY"})
  void aTaskReadsNothingOfOtherEndpoints(TaskKind kind) {
    int few = new Scene(2).rows(scene -> scene.run(kind));
    int many = new Scene(40).rows(scene -> scene.run(kind));
    assertThat(many).isLessThanOrEqualTo(few + MESSAGES);
  }

  @Test
  void aReplayAndACancellationReadNothingOfOtherEndpoints() {
    Scene scene = new Scene(40);
    for (long endpoint : scene.last().targets()) { // all of them wait
      if (endpoint != scene.endpoint.id()) {
        scene.harness.await(scene.harness.engine.deliveries().replay(scene.last().id(), endpoint));
      }
    }
    scene.harness.run(SECOND); // their lanes read what waits
    assertThat(scene.rows(Scene::replay)).isLessThan(10);
    assertThat(scene.calls).as("the payload is not read").doesNotContain("message");
    assertThat(scene.rows(Scene::cancel)).isLessThan(10);
  }
}
