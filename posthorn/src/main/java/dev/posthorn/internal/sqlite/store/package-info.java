/** The store as a whole: sessions of the writer, opening, backup and restore. */
@NullMarked
package dev.posthorn.internal.sqlite.store;

import org.jspecify.annotations.NullMarked;
