/** The simulation of the engine, run for as long as one likes. */
@NullMarked
package dev.posthorn.bench.simulation;

import org.jspecify.annotations.NullMarked;
