/**
 * HTTP as the API sees it: operations, calls, answers and errors, and the server that carries them.
 * Nothing here knows what an operation does.
 */
@NullMarked
package dev.posthorn.server.http;

import org.jspecify.annotations.NullMarked;
