/** Tests of what is inside the SQLite store. */
@NullMarked
package dev.posthorn.store.sqlite.internal;

import org.jspecify.annotations.NullMarked;
