/** Meters of an engine for Micrometer. Only this package and {@code metrics} need Micrometer. */
@NullMarked
package dev.posthorn.internal.metrics;

import org.jspecify.annotations.NullMarked;
