/** The implementation of the public API. */
@NullMarked
package dev.posthorn.internal.api;

import org.jspecify.annotations.NullMarked;
