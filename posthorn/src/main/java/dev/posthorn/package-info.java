/** Sends webhooks: opens Posthorn, endpoints, messages, event types, options and errors. */
@NullMarked
package dev.posthorn;

import org.jspecify.annotations.NullMarked;
