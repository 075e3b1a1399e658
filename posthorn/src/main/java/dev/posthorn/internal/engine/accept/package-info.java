/** Acceptance of messages: admission, and the entry that becomes rows. */
@NullMarked
package dev.posthorn.internal.engine.accept;

import org.jspecify.annotations.NullMarked;
