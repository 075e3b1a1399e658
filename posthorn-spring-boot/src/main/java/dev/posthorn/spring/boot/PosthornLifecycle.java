package dev.posthorn.spring.boot;

import dev.posthorn.DeliveryListener;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Opens the bean once all beans exist, and closes it while all of them still do.
 *
 * <p>A context stops its beans from the highest phase to the lowest, before it destroys any. Web
 * servers, message listeners and schedulers have phases near the top: when Posthorn closes, the
 * last request has been answered and its messages are accepted. Connections to other systems are at
 * 0 or below: listeners of deliveries can still use them.
 */
public final class PosthornLifecycle implements SmartLifecycle {
  /** The phase: above what deliveries need, below what sends. */
  public static final int PHASE = 1024;

  private final @Nullable ManagedPosthorn posthorn;
  private final ObjectProvider<DeliveryListener> listeners;
  private final ApplicationContext context;
  private volatile boolean running;
  private boolean listening;
  private @Nullable LivenessWatch watch;

  /**
   * Creates the lifecycle of the bean.
   *
   * @param posthorn the bean; null if a test has replaced it by a double
   * @param listeners the listeners to add at the start
   * @param context the context, which is told if Posthorn ends for good
   */
  public PosthornLifecycle(
      @Nullable ManagedPosthorn posthorn,
      ObjectProvider<DeliveryListener> listeners,
      ApplicationContext context) {
    this.posthorn = posthorn;
    this.listeners = listeners;
    this.context = context;
  }

  @Override
  public void start() {
    if (posthorn != null) {
      if (!listening) {
        listening = true;
        listeners.orderedStream().forEach(posthorn::addListener);
      }
      posthorn.start();
      watch = LivenessWatch.start(posthorn, context);
    }
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    LivenessWatch last = watch;
    if (last != null) {
      last.close();
    }
    if (posthorn != null) {
      posthorn.close();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /**
   * Returns whether a test framework may stop it between the tests of a context, as that of Spring
   * 7 does: it closes its file then, for other contexts. Overrides a method that Spring 6 lacks.
   */
  public boolean isPauseable() {
    return posthorn != null && posthorn.opensAgain();
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
