package dev.posthorn.spring.boot;

import dev.posthorn.Health;
import dev.posthorn.Posthorn;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;

/**
 * Tells Spring Boot once Posthorn has ended for good, by a defect or because another process has
 * taken over its store: the program is live no more, so whoever runs it starts it again.
 */
final class LivenessWatch implements AutoCloseable {
  private static final long EACH_MILLIS = 1_000;

  private final Posthorn posthorn;
  private final ApplicationContext context;
  private final CountDownLatch end = new CountDownLatch(1);

  private LivenessWatch(Posthorn posthorn, ApplicationContext context) {
    this.posthorn = posthorn;
    this.context = context;
  }

  /** Watches until it is closed, or Posthorn has ended. */
  static LivenessWatch start(Posthorn posthorn, ApplicationContext context) {
    LivenessWatch watch = new LivenessWatch(posthorn, context);
    Thread.ofVirtual().name("posthorn-liveness").start(watch::run);
    return watch;
  }

  private void run() {
    try {
      while (!end.await(EACH_MILLIS, TimeUnit.MILLISECONDS)) {
        if (posthorn.health().state() == Health.State.FAILED) {
          AvailabilityChangeEvent.publish(context, LivenessState.BROKEN);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    end.countDown();
  }
}
