package dev.posthorn.spi.store.reads;

import dev.posthorn.spi.store.rows.MessageRow;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Conditions of a list of messages; a message must meet all of them.
 *
 * @param types only these event types; empty means all
 * @param channel only messages with this channel, or null
 * @param tag only messages with this tag, or null
 * @param eventId only messages with this event id of the sender, or null
 * @param target only messages for the endpoint with this id, or 0
 */
public record MessageFilter(
    Set<String> types,
    @Nullable String channel,
    @Nullable String tag,
    @Nullable String eventId,
    long target) {
  /** Accepts every message. */
  public static final MessageFilter NONE = new MessageFilter(Set.of(), null, null, null, 0);

  /** Returns a filter by event types and a channel only. */
  public static MessageFilter of(Set<String> types, @Nullable String channel) {
    return new MessageFilter(types, channel, null, null, 0);
  }

  /** Returns whether a message meets the conditions. */
  public boolean matches(MessageRow row) {
    return isOfType(row.type())
        && (channel == null || row.channels().contains(channel))
        && (tag == null || row.tags().contains(tag))
        && (eventId == null || eventId.equals(row.eventId()))
        && (target == 0 || isTarget(row.targets()));
  }

  /** Returns whether the filter accepts an event type. */
  public boolean isOfType(String type) {
    return types.isEmpty() || types.contains(type);
  }

  private boolean isTarget(long[] targets) {
    for (long id : targets) {
      if (id == target) {
        return true;
      }
    }
    return false;
  }
}
