/** Traces of messages for OpenTelemetry, on which no other package depends. */
@NullMarked
package dev.posthorn.server.tracing;

import org.jspecify.annotations.NullMarked;
