/** Reads of the nodes of a schema, for people. */
@NullMarked
package dev.posthorn.internal.postgresql.nodes;

import org.jspecify.annotations.NullMarked;
