/** The wire format of Standard Webhooks. */
@NullMarked
package dev.posthorn.internal.wire;

import org.jspecify.annotations.NullMarked;
