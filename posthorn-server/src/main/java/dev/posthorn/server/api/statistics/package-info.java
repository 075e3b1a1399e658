/** Operations that return statistics. */
@NullMarked
package dev.posthorn.server.api.statistics;

import org.jspecify.annotations.NullMarked;
