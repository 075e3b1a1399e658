/** Copies of other stores into a database. */
@NullMarked
package dev.posthorn.internal.postgresql.copy;

import org.jspecify.annotations.NullMarked;
