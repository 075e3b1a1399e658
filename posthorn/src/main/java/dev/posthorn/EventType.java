package dev.posthorn;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event type that is offered to customers. Messages of other types can be sent too.
 *
 * @param name its name, such as {@code invoice.paid}
 * @param description a note for people
 * @param schema a JSON Schema of its payload, or null; it is shown, not enforced
 * @param archived whether it is no longer offered
 * @param created when it was created
 * @param updated when it was last changed
 */
public record EventType(
    String name,
    String description,
    @Nullable String schema,
    boolean archived,
    Instant created,
    Instant updated) {}
