/** Ids: their order in time and their public form. */
@NullMarked
package dev.posthorn.internal.id;

import org.jspecify.annotations.NullMarked;
