package dev.posthorn.server.operationalwebhook;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.registry.Put;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.ApplicationSpec;
import java.util.concurrent.CompletableFuture;
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
    return engine.registry().application(-environment, UID);
  }

  /** Returns the application of an environment; it comes into being if there is none. */
  public static CompletableFuture<ApplicationRow> require(Engine engine, long environment) {
    ApplicationRow present = applicationOrNull(engine, environment);
    if (present != null) {
      return CompletableFuture.completedFuture(present);
    }
    ApplicationRow draft =
        ApplicationRow.draft(-environment, ApplicationSpec.of(UID, "Operational webhooks"));
    return engine
        .applicationAdmin()
        .put(-environment, UID, there -> there != null ? there : draft)
        .thenApply(Put::row);
  }
}
