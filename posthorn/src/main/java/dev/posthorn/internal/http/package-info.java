/** The HTTP transport on Netty. */
@NullMarked
package dev.posthorn.internal.http;

import org.jspecify.annotations.NullMarked;
