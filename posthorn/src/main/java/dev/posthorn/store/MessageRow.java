package dev.posthorn.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is stored.
 *
 * @param id its id; the time of acceptance can be read from it
 * @param application whose it is
 * @param type its event type
 * @param channels its channels; empty means none
 * @param eventId the sender's own id for the event, or null
 * @param contentType the payload's media type
 * @param targets ids of the endpoints it was for; empty if it matched nobody
 * @param body the exact payload; empty in lists
 */
public record MessageRow(
    long id,
    long application,
    String type,
    List<String> channels,
    @Nullable String eventId,
    String contentType,
    long[] targets,
    byte[] body) {}
