/** Copies of all that is in a store into another one. */
@NullMarked
package dev.posthorn.internal.copy;

import org.jspecify.annotations.NullMarked;
