/** Queues, executors and gates that give each owner its turn. */
@NullMarked
package dev.posthorn.internal.fair;

import org.jspecify.annotations.NullMarked;
