/**
 * Receivers for tests and demonstrations: a friendly one that answers as it is told, and a hostile
 * one that misbehaves in every way known.
 *
 * <p>Both listen on 127.0.0.1 only and speak HTTP/1.1 over plain sockets, so that what they do on
 * the wire is exactly what their source says.
 */
@NullMarked
package dev.posthorn.testkit.receiver;

import org.jspecify.annotations.NullMarked;
