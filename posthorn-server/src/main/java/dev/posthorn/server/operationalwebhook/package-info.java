/** Webhooks about Posthorn itself. */
@NullMarked
package dev.posthorn.server.operationalwebhook;

import org.jspecify.annotations.NullMarked;
