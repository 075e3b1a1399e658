package dev.posthorn.spi.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An application as it is stored: one customer of the host, the tenant.
 *
 * @param id its id
 * @param environment the separate world it is in
 * @param uid the host's own name for it, unique within the environment, or null
 * @param name what people call it
 * @param rateLimit attempts a second for all of its endpoints together, or 0 for no limit
 * @param metadata the host's own notes
 * @param created when it was created
 * @param updated when it was last changed
 */
public record ApplicationRow(
    long id,
    long environment,
    @Nullable String uid,
    String name,
    int rateLimit,
    Map<String, String> metadata,
    long created,
    long updated) {}
