/** Operations on environments. */
@NullMarked
package dev.posthorn.server.api.environment;

import org.jspecify.annotations.NullMarked;
