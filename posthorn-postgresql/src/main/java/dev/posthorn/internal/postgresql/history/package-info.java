/** Stored messages and attempts, and the counts of each hour. */
@NullMarked
package dev.posthorn.internal.postgresql.history;

import org.jspecify.annotations.NullMarked;
