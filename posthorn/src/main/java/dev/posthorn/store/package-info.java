/**
 * Where everything lasts: the SPI that the engine stores through, and the rows it stores.
 *
 * <p>There is one writer, the engine's journal; reads may come from any thread. Ids are 63-bit
 * integers that grow with time (see {@link dev.posthorn.store.Store}). Times are wall time in
 * milliseconds since the epoch. Implementations sit in {@code internal} packages and pass the
 * conformance suite of {@code posthorn-testkit}.
 */
@NullMarked
package dev.posthorn.store;

import org.jspecify.annotations.NullMarked;
