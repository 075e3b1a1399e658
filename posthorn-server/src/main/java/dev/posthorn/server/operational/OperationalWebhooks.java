package dev.posthorn.server.operational;

import dev.posthorn.engine.Engine;
import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.store.ApplicationRow;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Where an environment's operational webhooks are configured: endpoints of an application that no
 * list shows and no token opens. It is in an environment of its own, which has the negated id of
 * the one that it belongs to; ids of environments are positive.
 */
public final class OperationalWebhooks {
  private static final String UID = "operational-webhooks";

  private OperationalWebhooks() {}

  /** Returns whether an application is one of these. */
  public static boolean isHidden(ApplicationRow application) {
    return application.environment() < 0;
  }

  /** Returns the application of an environment, or null if it has no operational webhooks. */
  public static @Nullable ApplicationRow applicationOrNull(Engine engine, long environment) {
    return engine.application(-environment, UID);
  }

  /** Returns the application of an environment; it comes into being if there is none. */
  public static CompletableFuture<ApplicationRow> require(Engine engine, long environment) {
    ApplicationRow present = applicationOrNull(engine, environment);
    if (present != null) {
      return CompletableFuture.completedFuture(present);
    }
    return engine
        .administration()
        .createApplication(-environment, UID, "Operational webhooks", Map.of())
        .exceptionally(why -> createdMeanwhile(engine, environment, why));
  }

  private static ApplicationRow createdMeanwhile(Engine engine, long environment, Throwable why) {
    Throwable cause =
        why instanceof CompletionException && why.getCause() != null ? why.getCause() : why;
    ApplicationRow other = applicationOrNull(engine, environment);
    if (other != null && cause instanceof PosthornException e && e.reason() == Reason.CONFLICT) {
      return other;
    }
    throw new CompletionException(cause);
  }
}
