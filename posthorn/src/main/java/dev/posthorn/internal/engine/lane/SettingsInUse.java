package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.registry.LaneSettings;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import org.jspecify.annotations.Nullable;

/** The settings that a lane uses, made anew when its endpoint's change. Owned by its lane. */
final class SettingsInUse {
  private static final long RETRY_MILLIS = 60_000;

  private final RegisteredEndpoint endpoint;
  private final LaneContext context;
  private @Nullable LaneSettings settings;
  private long retryMillis;

  SettingsInUse(RegisteredEndpoint endpoint, LaneContext context) {
    this.endpoint = endpoint;
    this.context = context;
  }

  /** Returns the settings, or null if they cannot be used; then nothing is attempted. */
  @Nullable LaneSettings get() {
    return settings;
  }

  /** Returns the time to try again to make settings that cannot be used, in wall time. */
  long retryMillis() {
    return retryMillis;
  }

  /** Forgets the settings until they are needed: they take more memory than the rest of a lane. */
  void release() {
    settings = null;
  }

  /** Makes the next {@link #update} look at the settings at once. */
  void changed() {
    retryMillis = 0;
  }

  /**
   * Makes the settings anew if they have changed. Returns them if so and if they can be used, else
   * null.
   */
  @SuppressWarnings("ReferenceEquality") // changed settings are another object
  @Nullable LaneSettings update(long nowMillis) {
    RegisteredEndpoint.Settings source = endpoint.settings();
    LaneSettings present = settings;
    if ((present != null && present.source() == source) || nowMillis < retryMillis) {
      return null;
    }
    settings = null;
    retryMillis = nowMillis + RETRY_MILLIS;
    if (source.deleted()) {
      // Its secrets are gone: whatever was still read of it must be cancelled, not sent unsigned.
      return null;
    }
    try {
      settings = context.settings().make(endpoint.environment, source);
      retryMillis = 0;
      return settings;
    } catch (Throwable e) { // a wire format may throw anything
      context.events().settingsUnusable(endpoint.id, e);
      return null;
    }
  }
}
