/** Traces of messages, for OpenTelemetry: nothing else in the server knows of it. */
@NullMarked
package dev.posthorn.server.tracing;

import org.jspecify.annotations.NullMarked;
