/**
 * The SQLite store under the rules for every store. They are here, not beside the store's other
 * tests, since the suite needs {@code posthorn}.
 */
@NullMarked
package dev.posthorn.testkit.store.sqlite;

import org.jspecify.annotations.NullMarked;
