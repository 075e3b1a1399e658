/** The database file: connections, readers, schema, lock and errors. */
@NullMarked
package dev.posthorn.internal.sqlite.file;

import org.jspecify.annotations.NullMarked;
