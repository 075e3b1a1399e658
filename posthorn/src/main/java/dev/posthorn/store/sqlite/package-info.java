/** Opens a store that is one SQLite file. */
@NullMarked
package dev.posthorn.store.sqlite;

import org.jspecify.annotations.NullMarked;
