/** Single requests to URLs that users name, besides deliveries. */
@NullMarked
package dev.posthorn.server.outbound;

import org.jspecify.annotations.NullMarked;
