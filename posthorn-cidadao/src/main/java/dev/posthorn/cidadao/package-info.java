/**
 * The {@code WebhookService} that Posthorn grew from, over the engine: the same vocabulary, the
 * same bytes on the wire, but durable and retried as configured.
 */
@NullMarked
package dev.posthorn.cidadao;

import org.jspecify.annotations.NullMarked;
