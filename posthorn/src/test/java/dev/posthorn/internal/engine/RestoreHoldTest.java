package dev.posthorn.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.SettingsMemory;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.transport.Transport;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RestoreHoldTest {
  private final ManualLoop writer = new ManualLoop();
  private final SettingsWriter settings =
      new SettingsWriter(
          new Journal(
              new EngineRuntime(
                  writer,
                  returning(Scheduler.class, writer),
                  new ScriptedStore().store(),
                  returning(Transport.class, null)),
              new Guard(writer, new Condition()),
              SettingsMemory.NONE,
              1_000_000),
          new Promises(Runnable::run));
  private int begun;
  private int failures;
  private final RestoreHold hold =
      new RestoreHold(returning(Store.class, "1"), settings, this::begin);

  /** Returns an object whose methods all return the same. */
  private static <T> T returning(Class<T> type, @Nullable Object value) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> value));
  }

  private void begin() {
    if (failures > 0) {
      failures--;
      throw new OutOfMemoryError("planted");
    }
    begun++;
  }

  @Test
  void nothingBeginsBeforeTheRelease() {
    hold.beginIfFree();
    assertThat(hold.isHeld()).isTrue();
    assertThat(begun).isZero();
  }

  @Test
  void afterTheReleaseTheLanesBeginOnce() {
    CompletableFuture<Void> released = hold.release();
    CompletableFuture<Void> again = hold.release();
    writer.run();
    assertThat(released).isCompleted();
    assertThat(again).isCompleted();
    assertThat(hold.isHeld()).isFalse();
    assertThat(begun).isOne();
  }

  @Test
  void lanesThatCouldNotBeginAreToldAgain() {
    failures = 2;
    CompletableFuture<Void> released = hold.release();
    writer.run();
    assertThat(released).isNotDone();
    assertThat(hold.isHeld()).isTrue();
    writer.runFor(10_000);
    assertThat(released).isCompleted();
    assertThat(hold.isHeld()).isFalse();
    assertThat(begun).isOne();
  }
}
