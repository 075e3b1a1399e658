/** Alerts for owners of endpoints: an endpoint keeps failing, or was disabled. */
@NullMarked
package dev.posthorn.server.endpointalert;

import org.jspecify.annotations.NullMarked;
