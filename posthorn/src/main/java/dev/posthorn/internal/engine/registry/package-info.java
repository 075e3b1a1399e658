/**
 * Applications, endpoints, event types, environments and tokens in memory, their changes, and
 * routing.
 */
@NullMarked
package dev.posthorn.internal.engine.registry;

import org.jspecify.annotations.NullMarked;
