/** Operational webhooks: webhooks about events in Posthorn itself. */
@NullMarked
package dev.posthorn.server.operationalwebhook;

import org.jspecify.annotations.NullMarked;
