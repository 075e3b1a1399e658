/** Operations on event types. */
@NullMarked
package dev.posthorn.server.api.eventtype;

import org.jspecify.annotations.NullMarked;
