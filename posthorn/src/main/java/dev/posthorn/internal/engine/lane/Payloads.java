package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.store.rows.MessageRow;
import org.jspecify.annotations.Nullable;

/** Takes messages into memory as payloads. Thread-safe. */
public final class Payloads {
  private final BodyRoom room;
  private final PublicIds ids;

  Payloads(BodyRoom room, PublicIds ids) {
    this.room = room;
    this.ids = ids;
  }

  /** Takes a message into memory for deliveries that wait, or returns null if there is no room. */
  public @Nullable Payload keep(MessageRow message, int waiting) {
    long bytes = Payload.waitingBytes(message.body().length);
    if (!room.tryTake(bytes)) {
      return null;
    }
    Payload kept = null;
    try {
      kept = of(message, waiting);
      return kept;
    } finally {
      if (kept == null) {
        room.giveBack(bytes);
      }
    }
  }

  /** Takes a message into memory for deliveries that are under way, or that have room already. */
  Payload of(MessageRow message, int waiting) {
    return new Payload(message, ids.message(message.id(), message.publicId()), waiting, room);
  }
}
