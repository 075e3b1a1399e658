/** Removal of history that is past its retention. */
@NullMarked
package dev.posthorn.internal.postgresql.retention;

import org.jspecify.annotations.NullMarked;
