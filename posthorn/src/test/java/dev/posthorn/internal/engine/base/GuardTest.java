package dev.posthorn.internal.engine.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.runtime.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever fails, the guard does not. */
class GuardTest {
  private final Condition condition = new Condition();
  private final List<String> ended = new ArrayList<>();

  /** Not even the time can be told any more. */
  private static final Clock NO_TIME =
      new Clock() {
        @Override
        public long nanoTime() {
          throw new InternalError("planted");
        }

        @Override
        public long millis() {
          throw new InternalError("planted");
        }
      };

  private Guard guard() {
    Guard guard = new Guard(NO_TIME, condition);
    guard.onEnd(() -> ended.add("ended"));
    return guard;
  }

  @Test
  void whatCannotBeToldIsCountedAndGoesNoFurther() {
    guard().runForeign("a task", () -> failing(new IllegalStateException()));
    assertThat(condition.unforeseen()).isPositive();
    assertThat(condition.hasFailed()).isFalse();
  }

  @Test
  void theEngineEndsAloudAlsoIfItsEndCannotBeTold() {
    guard().run("bookkeeping", () -> failing(new InternalError("planted")));
    assertThat(condition.hasFailed()).isTrue();
    assertThat(ended).containsExactly("ended");
  }

  @Test
  void theEngineEndsAloudAlsoIfThereAreNoWordsForWhy() {
    guard()
        .fail(
            "bookkeeping",
            new IllegalStateException() {
              @Override
              public String getMessage() {
                throw new InternalError("planted");
              }
            });
    assertThat(condition.trouble()).isPresent();
    assertThat(ended).containsExactly("ended");
  }

  private static void failing(RuntimeException why) {
    throw why;
  }

  private static void failing(Error why) {
    throw why;
  }
}
