/** Event loops, native transports and the classification of failures. */
@NullMarked
package dev.posthorn.internal.http.loop;

import org.jspecify.annotations.NullMarked;
