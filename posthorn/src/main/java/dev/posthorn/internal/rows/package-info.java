/** Mapping of records to the columns of tables, for stores in SQL databases. */
@NullMarked
package dev.posthorn.internal.rows;

import org.jspecify.annotations.NullMarked;
