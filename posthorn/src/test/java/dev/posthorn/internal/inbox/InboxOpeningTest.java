package dev.posthorn.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.internal.api.OpenPosthorn;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.SettingChange;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening with an inbox: all, or nothing that still runs. */
class InboxOpeningTest {
  @TempDir private Path folder;

  @Test
  void anOpeningThatFailsLeavesNoRelayBehind() {
    InboxDatabase database =
        new InboxDatabase("jdbc:h2:file:" + folder.resolve("user") + ";DB_CLOSE_DELAY=10", "h2");
    PosthornOptions options =
        PosthornOptions.builder(folder.resolve("webhooks.db"))
            .inbox(database)
            .sendTimeout(Duration.ofMillis(200))
            .build();
    assertThatThrownBy(() -> OpenPosthorn.open(options, InboxOpeningTest::full))
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining("full");
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("posthorn-inbox");
  }

  /** Returns a runtime whose store has no room for an application. */
  private static EngineRuntime full(EngineRuntime machine) {
    Store store =
        (Store)
            Proxy.newProxyInstance(
                InboxOpeningTest.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("commit")
                      && ((Batch) arguments[0])
                          .settings.stream()
                              .anyMatch(SettingChange.PutApplication.class::isInstance)) {
                    throw new StoreException(StoreException.Reason.FULL, "it is full", null);
                  }
                  try {
                    return method.invoke(machine.store(), arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return machine.withStore(store);
  }
}
