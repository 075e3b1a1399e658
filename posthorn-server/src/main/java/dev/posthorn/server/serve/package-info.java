/** The server as a process: its configuration, what it is put together from, and its command. */
@NullMarked
package dev.posthorn.server.serve;

import org.jspecify.annotations.NullMarked;
