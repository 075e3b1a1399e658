/** The HTTP API as a whole. */
@NullMarked
package dev.posthorn.server.api;

import org.jspecify.annotations.NullMarked;
