/** The engine: starts, recovers and stops everything in the rooms below it. */
@NullMarked
package dev.posthorn.internal.engine;

import org.jspecify.annotations.NullMarked;
