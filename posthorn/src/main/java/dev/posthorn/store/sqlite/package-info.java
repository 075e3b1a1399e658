/** Opens a store in a single SQLite file. */
@NullMarked
package dev.posthorn.store.sqlite;

import org.jspecify.annotations.NullMarked;
