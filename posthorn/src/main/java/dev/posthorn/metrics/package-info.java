/**
 * Metrics for Micrometer. Only this package needs {@code io.micrometer:micrometer-core}, which the
 * library does not bring along: programs that use it have it already.
 */
@NullMarked
package dev.posthorn.metrics;

import org.jspecify.annotations.NullMarked;
