/** Tests of the HTTP layer alone: routing, bodies, slow and misbehaving clients. */
@NullMarked
package dev.posthorn.server.http;

import org.jspecify.annotations.NullMarked;
