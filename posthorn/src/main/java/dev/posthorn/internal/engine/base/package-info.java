/** Options, limits, counters and events that every room of the engine uses. */
@NullMarked
package dev.posthorn.internal.engine.base;

import org.jspecify.annotations.NullMarked;
