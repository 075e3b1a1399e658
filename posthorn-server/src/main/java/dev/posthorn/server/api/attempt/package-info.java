/** Operations on attempts and deliveries. */
@NullMarked
package dev.posthorn.server.api.attempt;

import org.jspecify.annotations.NullMarked;
