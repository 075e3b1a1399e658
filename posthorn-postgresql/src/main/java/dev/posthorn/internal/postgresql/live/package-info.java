/** Live rows: waiting deliveries, cancellations, and deduplication keys. */
@NullMarked
package dev.posthorn.internal.postgresql.live;

import org.jspecify.annotations.NullMarked;
