package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.accept.MessageEntry;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.SettingsMemory;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.internal.engine.task.Broadcast;
import dev.posthorn.simulation.Launcher;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** Triggers rare events inside an engine. */
public final class Rarities {
  private Rarities() {}

  /** Makes a lane end an expired row as if it had been read from the store. */
  public static void endStored(Engine engine, LiveRow row) {
    RegisteredEndpoint endpoint =
        Objects.requireNonNull(engine.context().endpoints().endpoint(row.endpoint()));
    ShardLoop loop = engine.shards().loop(row.endpoint());
    loop.execute(() -> loop.withLane(endpoint, lane -> lane.endings().endStored(row)));
  }

  /** Returns what starts engines in which handing an entry to the journal throws at times. */
  public static Launcher failingAtHandOver(BooleanSupplier now) {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          public Journal journal(
              EngineRuntime parts, Guard guard, SettingsMemory settings, long retentionMillis) {
            return new Journal(parts, guard, settings, retentionMillis) {
              @Override
              public void submit(Entry entry) {
                boolean takesRoom = entry instanceof MessageEntry || entry instanceof Broadcast;
                if (takesRoom && now.getAsBoolean()) {
                  throw new InternalError("planted");
                }
                super.submit(entry);
              }
            };
          }
        });
  }
}
