/** Operations on messages. */
@NullMarked
package dev.posthorn.server.api.message;

import org.jspecify.annotations.NullMarked;
