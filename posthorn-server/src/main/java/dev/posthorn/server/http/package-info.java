/**
 * HTTP layer of the server: operations, calls, answers and errors, and the listener that serves
 * them. Nothing here knows the meaning of an operation.
 */
@NullMarked
package dev.posthorn.server.http;

import org.jspecify.annotations.NullMarked;
