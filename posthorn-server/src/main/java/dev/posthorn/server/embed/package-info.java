/** The console within a program that embeds the library, on that program's own HTTP server. */
@NullMarked
package dev.posthorn.server.embed;

import org.jspecify.annotations.NullMarked;
