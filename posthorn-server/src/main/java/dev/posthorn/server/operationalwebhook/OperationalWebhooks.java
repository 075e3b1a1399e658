package dev.posthorn.server.operationalwebhook;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.registry.Put;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Storage of an environment's operational webhooks: endpoints of a hidden application, which
 * appears in no list and is accessible with no token. The application is in a separate environment
 * whose id is the negated id of the actual one; ids of environments are positive.
 */
public final class OperationalWebhooks {
  private static final String UID = "operational-webhooks";

  private OperationalWebhooks() {}

  /** Returns whether an application is such a hidden one. */
  public static boolean isHidden(ApplicationRow application) {
    return application.environment() < 0;
  }

  /**
   * Returns the hidden application of an environment, or null if it has no operational webhooks.
   */
  public static @Nullable ApplicationRow applicationOrNull(Engine engine, long environment) {
    return engine.registry().application(-environment, UID);
  }

  /** Returns the hidden application of an environment, creating it if necessary. */
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
