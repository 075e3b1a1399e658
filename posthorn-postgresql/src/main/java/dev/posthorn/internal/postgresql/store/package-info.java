/** The store itself: batches, reads, upkeep. */
@NullMarked
package dev.posthorn.internal.postgresql.store;

import org.jspecify.annotations.NullMarked;
