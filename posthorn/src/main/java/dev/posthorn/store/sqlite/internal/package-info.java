/**
 * How the SQLite store works inside. Nothing here is for use elsewhere; it may change at any time.
 */
@NullMarked
package dev.posthorn.store.sqlite.internal;

import org.jspecify.annotations.NullMarked;
