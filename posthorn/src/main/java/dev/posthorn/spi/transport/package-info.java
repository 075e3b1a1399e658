/** Service provider interface of transports, which make HTTP exchanges. */
@NullMarked
package dev.posthorn.spi.transport;

import org.jspecify.annotations.NullMarked;
