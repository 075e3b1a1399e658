/** The HTTP layer on its own: routing, bodies, slow and wrong clients. */
@NullMarked
package dev.posthorn.server.http;

import org.jspecify.annotations.NullMarked;
