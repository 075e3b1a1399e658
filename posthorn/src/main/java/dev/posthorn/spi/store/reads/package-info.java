/** Reads of stores, with the queries and the pages of their results. */
@NullMarked
package dev.posthorn.spi.store.reads;

import org.jspecify.annotations.NullMarked;
