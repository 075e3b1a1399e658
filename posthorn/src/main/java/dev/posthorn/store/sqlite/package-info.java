/** The embedded store: one SQLite file, for one process. */
@NullMarked
package dev.posthorn.store.sqlite;

import org.jspecify.annotations.NullMarked;
