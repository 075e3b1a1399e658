/** The one exception that callers of Posthorn see, and its reasons. */
@NullMarked
package dev.posthorn.error;

import org.jspecify.annotations.NullMarked;
