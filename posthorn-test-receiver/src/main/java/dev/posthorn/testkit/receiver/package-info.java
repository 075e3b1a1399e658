/**
 * Receivers for tests and demonstrations: a well-behaved one with configurable answers, and a
 * hostile one that misbehaves in every known way.
 *
 * <p>Both listen on 127.0.0.1 only and speak HTTP/1.1 over plain sockets, so that their source
 * shows exactly what they do on the wire.
 */
@NullMarked
package dev.posthorn.testkit.receiver;

import org.jspecify.annotations.NullMarked;
