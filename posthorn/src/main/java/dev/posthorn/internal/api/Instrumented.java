package dev.posthorn.internal.api;

import dev.posthorn.Inbox;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineStats;
import org.jspecify.annotations.Nullable;

/** An open {@code Posthorn} that shows its engine, for metrics and the console. */
public interface Instrumented {

  /** Returns the engine. */
  Engine engine();

  /** Returns the instruments of the engine. */
  EngineStats engineStats();

  /** Returns the inbox, or null if there is none. */
  @Nullable Inbox instrumentedInbox();
}
