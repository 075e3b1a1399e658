/** Operations that count. */
@NullMarked
package dev.posthorn.server.api.statistics;

import org.jspecify.annotations.NullMarked;
