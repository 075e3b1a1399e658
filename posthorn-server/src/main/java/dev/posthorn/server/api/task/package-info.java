/** Operations on background tasks. */
@NullMarked
package dev.posthorn.server.api.task;

import org.jspecify.annotations.NullMarked;
