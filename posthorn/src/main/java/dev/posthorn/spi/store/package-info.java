/** Service provider interface of stores for messages, deliveries, attempts and settings. */
@NullMarked
package dev.posthorn.spi.store;

import org.jspecify.annotations.NullMarked;
