package dev.posthorn.spring.boot.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.Application;
import dev.posthorn.NewMessage;
import dev.posthorn.Receipt;
import dev.posthorn.spring.boot.MessageSender;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObservedSenderTest {
  private final IllegalStateException defect = new IllegalStateException("a defect");

  private final List<@Nullable Throwable> ended = new ArrayList<>();
  private final Application application =
      (Application)
          Proxy.newProxyInstance(
              ObservedSenderTest.class.getClassLoader(),
              new Class<?>[] {Application.class},
              (proxy, method, arguments) -> "app_of_the_test");

  /** A sender that fails as nobody foresaw. */
  private final MessageSender broken =
      new MessageSender() {
        @Override
        public Receipt send(
            Application application, NewMessage message, Consumer<String> committed) {
          throw defect;
        }

        @Override
        public CompletableFuture<Receipt> sendAsync(
            Application application, NewMessage message, Consumer<String> committed) {
          throw defect;
        }
      };

  @Test
  void anObservationEndsWhateverIsThrown() {
    ObservationRegistry registry = ObservationRegistry.create();
    registry
        .observationConfig()
        .observationHandler(
            new ObservationHandler<Observation.Context>() {
              @Override
              public void onStop(Observation.Context context) {
                ended.add(context.getError());
              }

              @Override
              public boolean supportsContext(Observation.Context context) {
                return true;
              }
            });
    ObservedSender sender =
        new ObservedSender(broken, new PosthornObservations(registry, null, null));
    NewMessage message = NewMessage.of("invoice.paid", "{}");
    assertThatThrownBy(() -> sender.send(application, message, MessageSender.NOBODY))
        .isSameAs(defect);
    assertThatThrownBy(() -> sender.sendAsync(application, message, MessageSender.NOBODY))
        .isSameAs(defect);
    assertThat(ended).containsExactly(defect, defect);
  }
}
