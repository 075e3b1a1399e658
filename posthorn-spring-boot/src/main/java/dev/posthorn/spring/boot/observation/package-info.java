/** Observations of sent messages and attempts, for Micrometer's metrics and traces. */
@NullMarked
package dev.posthorn.spring.boot.observation;

import org.jspecify.annotations.NullMarked;
