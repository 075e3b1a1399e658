/** Clocks, event loops and schedulers that the engine runs on. */
@NullMarked
package dev.posthorn.spi.runtime;

import org.jspecify.annotations.NullMarked;
