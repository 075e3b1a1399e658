/** Operational webhooks: what a server tells its host of what happens to endpoints and messages. */
@NullMarked
package dev.posthorn.server.operational;

import org.jspecify.annotations.NullMarked;
