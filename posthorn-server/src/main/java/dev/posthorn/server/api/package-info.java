/**
 * The operations of the HTTP API: for each kind of thing what can be done with it, how it is read
 * from a request, and how it is written into an answer.
 */
@NullMarked
package dev.posthorn.server.api;

import org.jspecify.annotations.NullMarked;
