/** The server's settings: their list, the sources of values, and their parsing. */
@NullMarked
package dev.posthorn.server.config;

import org.jspecify.annotations.NullMarked;
