/** Transports that make one HTTP exchange, for those who write one. */
@NullMarked
package dev.posthorn.spi.transport;

import org.jspecify.annotations.NullMarked;
