/**
 * The engine in a world that is not real: virtual time, a store and receivers that fail on purpose,
 * crashes. One seed is one run, in one thread; days pass in milliseconds.
 */
@NullMarked
package dev.posthorn.simulation;

import org.jspecify.annotations.NullMarked;
