/** Benchmarks of Posthorn. */
@NullMarked
package dev.posthorn.bench;

import org.jspecify.annotations.NullMarked;
