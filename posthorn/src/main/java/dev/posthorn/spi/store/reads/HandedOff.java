package dev.posthorn.spi.store.reads;

import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that another process has handed off to the owner of its partition.
 *
 * @param row its row in {@code parked}
 * @param message the message as it is sent, with its body; null if it came with another delivery of
 *     the same handoff, or did not fit
 */
public record HandedOff(LiveRow row, @Nullable MessageRow message) {}
