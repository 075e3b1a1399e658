/** The move of all that is in a database file into a PostgreSQL database. */
@NullMarked
package dev.posthorn.server.cli.migrate;

import org.jspecify.annotations.NullMarked;
