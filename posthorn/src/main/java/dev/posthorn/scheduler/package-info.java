/**
 * The engine's runtime to time and threads: a clock, single-owner loops, a writer and workers.
 *
 * <p>The engine touches time and threads only through this package, so that the same engine runs on
 * Netty's event loops in production and in virtual time in a simulation.
 */
@NullMarked
package dev.posthorn.scheduler;

import org.jspecify.annotations.NullMarked;
