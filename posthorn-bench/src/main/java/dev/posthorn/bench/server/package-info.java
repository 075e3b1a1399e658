/** The server as a process of its own, measured and killed over HTTP. */
@NullMarked
package dev.posthorn.bench.server;

import org.jspecify.annotations.NullMarked;
