/** Rows of stores, the values that they consist of, and the changes of settings. */
@NullMarked
package dev.posthorn.spi.store.rows;

import org.jspecify.annotations.NullMarked;
