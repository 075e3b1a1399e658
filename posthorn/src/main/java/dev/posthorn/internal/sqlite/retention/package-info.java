/** Removal of history that is past its retention. */
@NullMarked
package dev.posthorn.internal.sqlite.retention;

import org.jspecify.annotations.NullMarked;
