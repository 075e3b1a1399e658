/** Measures the stores alone, without an engine. */
@NullMarked
package dev.posthorn.bench.store;

import org.jspecify.annotations.NullMarked;
