/** Live rows: deliveries that wait, and idempotency keys. */
@NullMarked
package dev.posthorn.internal.sqlite.live;

import org.jspecify.annotations.NullMarked;
