package dev.posthorn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Health;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.testkit.receiver.Await;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;

class LivenessTest {
  @TempDir private Path folder;

  private final AtomicReference<Health.State> state = new AtomicReference<>(Health.State.READY);

  /** Opens a Posthorn whose health is what the test says. */
  private Posthorn open(PosthornOpener opener, PosthornOptions options) {
    Posthorn posthorn = opener.open(options);
    return (Posthorn)
        Proxy.newProxyInstance(
            LivenessTest.class.getClassLoader(),
            new Class<?>[] {Posthorn.class},
            (proxy, method, arguments) ->
                method.getName().equals("health")
                    ? new Health(Objects.requireNonNull(state.get()), "of the test", false)
                    : method.invoke(posthorn, arguments));
  }

  @Test
  void aProgramWhosePosthornHasEndedForGoodIsToBeStartedAgain() {
    Contexts.in(folder)
        .withBean(ApplicationAvailabilityBean.class)
        .withBean(PosthornOpener.class, () -> options -> open(Posthorn::open, options))
        .run(
            context -> {
              ApplicationAvailability availability = context.getBean(ApplicationAvailability.class);
              AvailabilityChangeEvent.publish(context, LivenessState.CORRECT); // as a start does
              state.set(Health.State.FAILING);
              assertThat(context.getBean(Posthorn.class).health().isReady()).isFalse();
              assertThat(availability.getLivenessState()).isEqualTo(LivenessState.CORRECT);
              state.set(Health.State.FAILED);
              Await.until(
                  "it is broken", () -> availability.getLivenessState() == LivenessState.BROKEN);
            });
  }
}
