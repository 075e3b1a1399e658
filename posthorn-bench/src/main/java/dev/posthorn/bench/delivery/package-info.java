/** Deliveries end to end: the library beside the smallest program of the same shape. */
@NullMarked
package dev.posthorn.bench.delivery;

import org.jspecify.annotations.NullMarked;
