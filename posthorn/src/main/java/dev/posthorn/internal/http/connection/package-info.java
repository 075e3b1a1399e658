/** Connections, exchanges and the HTTP/1.1 and HTTP/2 codecs. */
@NullMarked
package dev.posthorn.internal.http.connection;

import org.jspecify.annotations.NullMarked;
