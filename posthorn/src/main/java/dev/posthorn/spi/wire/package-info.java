/** Wire formats that sign and frame requests, for those who write one. */
@NullMarked
package dev.posthorn.spi.wire;

import org.jspecify.annotations.NullMarked;
