/** The WebhookService API and its wire format over the Posthorn engine. */
@NullMarked
package dev.posthorn.cidadao;

import org.jspecify.annotations.NullMarked;
