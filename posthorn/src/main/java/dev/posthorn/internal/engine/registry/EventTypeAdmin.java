package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Creates, changes and removes event types. Each change is on disk when its future completes. If
 * the future fails, nothing has changed, unless the reason is UNKNOWN.
 */
public final class EventTypeAdmin {
  private final SettingsWriter writer;

  public EventTypeAdmin(SettingsWriter writer) {
    this.writer = writer;
  }

  /** Returns an instance that makes each change once under an idempotency key. */
  public EventTypeAdmin once(IdempotencyKey idempotencyKey) {
    return new EventTypeAdmin(writer.once(idempotencyKey));
  }

  /** Creates or changes an event type, and tells the two apart; see {@link #edit}. */
  public CompletableFuture<Put<EventTypeRow>> put(
      long environment, String name, Function<@Nullable EventTypeRow, EventTypeRow> edit) {
    return writer.change(
        batch -> {
          boolean created = staged(batch).eventType(environment, name) == null;
          return new Put<>(edit(environment, name, edit, batch), created);
        });
  }

  /**
   * Creates or changes an event type.
   *
   * @param edit makes the row from the present one, or from null; an exception fails the change
   */
  public CompletableFuture<EventTypeRow> edit(
      long environment, String name, Function<@Nullable EventTypeRow, EventTypeRow> edit) {
    return writer.change(batch -> edit(environment, name, edit, batch));
  }

  /** Creates or changes event types, all of them or none; returns the rows in order of names. */
  public CompletableFuture<List<EventTypeRow>> editAll(
      long environment,
      Collection<String> names,
      BiFunction<String, @Nullable EventTypeRow, EventTypeRow> edit) {
    return writer.change(
        batch ->
            names.stream()
                .map(name -> edit(environment, name, row -> edit.apply(name, row), batch))
                .toList());
  }

  private static EventTypeRow edit(
      long environment,
      String name,
      Function<@Nullable EventTypeRow, EventTypeRow> edit,
      JournalBatch batch) {
    EventTypeRow before = staged(batch).eventType(environment, name);
    EventTypeRow row = edit.apply(before);
    RowChecks.check(row, before);
    staged(batch).requireRoom(row);
    batch.change(new SettingChange.PutEventType(row));
    return row;
  }

  /** Removes an event type. */
  public CompletableFuture<Void> remove(long environment, String name) {
    return writer
        .change(
            batch -> {
              batch.change(new SettingChange.RemoveEventType(environment, name));
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  private static StagedEventTypes staged(JournalBatch batch) {
    return StagedSettings.of(batch).eventTypes();
  }
}
