/** Service provider interface of wire formats, which sign and frame requests. */
@NullMarked
package dev.posthorn.spi.wire;

import org.jspecify.annotations.NullMarked;
