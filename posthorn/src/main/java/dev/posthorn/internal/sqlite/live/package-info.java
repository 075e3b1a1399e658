/** Live rows: waiting deliveries, and deduplication keys. */
@NullMarked
package dev.posthorn.internal.sqlite.live;

import org.jspecify.annotations.NullMarked;
