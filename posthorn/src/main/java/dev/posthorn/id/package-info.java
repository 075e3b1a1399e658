/** Ids: integers that grow with time inside, opaque strings that sort the same way outside. */
@NullMarked
package dev.posthorn.id;

import org.jspecify.annotations.NullMarked;
