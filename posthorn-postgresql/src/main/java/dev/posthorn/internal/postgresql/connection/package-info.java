/** Connections to the database: one that writes, few that read, each with its limits. */
@NullMarked
package dev.posthorn.internal.postgresql.connection;

import org.jspecify.annotations.NullMarked;
