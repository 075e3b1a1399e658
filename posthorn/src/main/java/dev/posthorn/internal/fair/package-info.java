/** Queues, executors and gates in which owners take turns. */
@NullMarked
package dev.posthorn.internal.fair;

import org.jspecify.annotations.NullMarked;
