/** Starts and stops the server. */
@NullMarked
package dev.posthorn.server.boot;

import org.jspecify.annotations.NullMarked;
