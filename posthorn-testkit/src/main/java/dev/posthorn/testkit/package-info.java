/**
 * What a test of Posthorn, or of a program that uses it, needs: suites, simulation, clock,
 * receivers.
 */
@NullMarked
package dev.posthorn.testkit;

import org.jspecify.annotations.NullMarked;
