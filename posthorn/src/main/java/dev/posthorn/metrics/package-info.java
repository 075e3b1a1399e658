/** Publishes the counters and gauges of a Posthorn through Micrometer. */
@NullMarked
package dev.posthorn.metrics;

import org.jspecify.annotations.NullMarked;
