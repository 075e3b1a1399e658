/** Statements with arrays of rows, texts as PostgreSQL stores them, and pages of lists. */
@NullMarked
package dev.posthorn.internal.postgresql.sql;

import org.jspecify.annotations.NullMarked;
