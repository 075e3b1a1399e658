/** The library on PostgreSQL beside the floor and beside other outboxes, with what it costs. */
@NullMarked
package dev.posthorn.bench.postgresql;

import org.jspecify.annotations.NullMarked;
