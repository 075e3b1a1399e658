/**
 * Lanes: one for each endpoint, with its queue, health, attempts and cancellations, on event loops.
 */
@NullMarked
package dev.posthorn.internal.engine.lane;

import org.jspecify.annotations.NullMarked;
