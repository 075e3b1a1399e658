/** Stores for messages, deliveries, attempts and settings, for those who write one. */
@NullMarked
package dev.posthorn.spi.store;

import org.jspecify.annotations.NullMarked;
