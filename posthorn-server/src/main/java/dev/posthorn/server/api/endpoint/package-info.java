/** Operations on endpoints. */
@NullMarked
package dev.posthorn.server.api.endpoint;

import org.jspecify.annotations.NullMarked;
