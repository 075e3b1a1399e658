package dev.posthorn.internal.api;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.inbox.Destination;
import dev.posthorn.spi.store.rows.ApplicationRow;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The engine of an open database, to which the inbox's relay hands messages over. */
public final class EngineDestination implements Destination {
  private final Engine engine;
  private final LongSupplier environment;
  private final Consumer<String> types;
  private final long waitMillis;

  /**
   * Creates a destination.
   *
   * @param environment returns the environment whose applications messages are for
   * @param types throws INVALID for event types that are not known
   * @param waitMillis the time to wait while too much waits to be stored
   */
  public EngineDestination(
      Engine engine, LongSupplier environment, Consumer<String> types, long waitMillis) {
    this.engine = engine;
    this.environment = environment;
    this.types = types;
    this.waitMillis = waitMillis;
  }

  @Override
  public OptionalLong application(String name) {
    long owner = environment.getAsLong();
    ApplicationRow named = engine.registry().application(owner, name);
    ApplicationRow row = named != null ? named : withId(name);
    return row == null || row.environment() != owner
        ? OptionalLong.empty()
        : OptionalLong.of(row.id());
  }

  private @Nullable ApplicationRow withId(String id) {
    OptionalLong parsed = engine.publicIds().parse(IdPrefix.APPLICATION, id);
    return parsed.isEmpty() ? null : engine.registry().application(parsed.getAsLong());
  }

  @Override
  public void requireType(String type) {
    types.accept(type);
  }

  @Override
  public boolean isStored(long application, String messageId) {
    return engine.store(application).messageByPublicId(messageId) != null;
  }

  @Override
  public void accept(SendRequest message, Result result) {
    engine.messages().accept(message, waitMillis, result::stored, result::refused);
  }

  @Override
  public void sent(SendRequest message, SendResult result) {
    engine.unmatched().sent(message, result);
  }

  @Override
  public int maxPayloadSize() {
    return engine.options().limits().maxPayloadSize();
  }

  @Override
  public long millis() {
    return engine.millis();
  }

  @Override
  public void report(Throwable why) {
    engine.context().guard().report("relaying the inbox", why);
  }
}
