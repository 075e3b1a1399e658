/** The SQLite store under the rules for every store, and under its own. */
@NullMarked
package dev.posthorn.testkit.store.sqlite;

import org.jspecify.annotations.NullMarked;
