/** Tests of the processes that share a server's store. */
@NullMarked
package dev.posthorn.server.nodes;

import org.jspecify.annotations.NullMarked;
