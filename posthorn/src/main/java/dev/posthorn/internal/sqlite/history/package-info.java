/** Messages and attempts that are kept, and their indexes. */
@NullMarked
package dev.posthorn.internal.sqlite.history;

import org.jspecify.annotations.NullMarked;
