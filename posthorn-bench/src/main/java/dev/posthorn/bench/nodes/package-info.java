/** Several servers on one PostgreSQL database: what their faults cost, and what sharing costs. */
@NullMarked
package dev.posthorn.bench.nodes;

import org.jspecify.annotations.NullMarked;
