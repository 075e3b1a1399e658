/**
 * Faults of a PostgreSQL database and of the network in front of it, under load, and the checks
 * that nothing is lost. Anyone can run them against their own database: {@link
 * dev.posthorn.testkit.chaos.DatabaseChaos}.
 */
@NullMarked
package dev.posthorn.testkit.chaos;

import org.jspecify.annotations.NullMarked;
