/**
 * How one HTTP exchange with a receiver is made: the SPI that the engine sends through.
 *
 * <p>An exchange is one request and what came back, bounded in time and bytes in every phase.
 * Implementations sit in {@code internal} packages.
 */
@NullMarked
package dev.posthorn.transport;

import org.jspecify.annotations.NullMarked;
