/**
 * The transport and the scheduler of production, on Netty's event loops.
 *
 * <p>{@link dev.posthorn.transport.http.HttpTransport#open} gives both.
 */
@NullMarked
package dev.posthorn.transport.http;

import org.jspecify.annotations.NullMarked;
