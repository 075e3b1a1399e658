/** A PostgreSQL server for tests, started from binaries in a jar. */
@NullMarked
package dev.posthorn.testkit.postgresql;

import org.jspecify.annotations.NullMarked;
