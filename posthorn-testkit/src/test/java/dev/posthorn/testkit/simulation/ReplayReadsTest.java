package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.task.TaskData;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.EndpointPolicy;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.MessageRow;
import dev.posthorn.spi.store.Page;
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
  private static final long SECOND = Stage.SECOND;
  private static final int MESSAGES = 20;

  /** A stage with some endpoints that refuse everything, paused in the end, and what is read. */
  private static final class Scene implements WatchedStore.Watcher {
    private final Set<String> calls = new HashSet<>();
    private final Stage stage =
        new Stage(1, EngineOptions.DEFAULT, WatchedStore.launcher(this), Scene::refuse);
    private final EndpointRow endpoint;
    private int rows;

    Scene(int endpoints) {
      EndpointPolicy once =
          Stage.policy(false).toBuilder().retryWaits(List.of()).build(); // one attempt
      List<EndpointRow> all = new ArrayList<>();
      for (int i = 0; i < endpoints; i++) {
        all.add(stage.await(stage.addEndpoint("e" + i, once)));
      }
      for (int i = 0; i < MESSAGES; i++) {
        stage.send(0);
      }
      stage.run(60 * SECOND);
      assertThat(stage.tables.attempts).hasSize(MESSAGES * endpoints);
      for (EndpointRow each : all) {
        stage.await(stage.state(each, EndpointState.PAUSED));
      }
      stage.run(10 * SECOND);
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
            default -> 1;
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
      TaskOrder order = new TaskOrder(endpoint.id(), 0, stage.clock.millis() + 1, filter);
      TaskData done = TaskData.of(stage.await(stage.engine.tasks().run(kind, order)));
      assertThat(done.changed()).isEqualTo(kind == TaskKind.REPLAY_MISSING ? 0 : MESSAGES);
    }

    private MessageRow last() {
      return stage.tables.messages.lastEntry().getValue();
    }

    void replay() {
      assertThat(stage.await(stage.engine.deliveries().replay(last().id(), endpoint.id())))
          .isTrue();
    }

    void cancel() {
      assertThat(stage.await(stage.engine.deliveries().cancel(last().id(), endpoint.id())))
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
        scene.stage.await(scene.stage.engine.deliveries().replay(scene.last().id(), endpoint));
      }
    }
    assertThat(scene.rows(Scene::replay)).isLessThan(10);
    assertThat(scene.calls).as("the payload is not read").doesNotContain("message");
    assertThat(scene.rows(Scene::cancel)).isLessThan(10);
  }
}
