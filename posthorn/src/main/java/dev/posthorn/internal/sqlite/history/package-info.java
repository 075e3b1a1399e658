/** Stored messages and attempts, and their indexes. */
@NullMarked
package dev.posthorn.internal.sqlite.history;

import org.jspecify.annotations.NullMarked;
