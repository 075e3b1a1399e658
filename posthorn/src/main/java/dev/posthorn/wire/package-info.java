/**
 * Wire formats: how a message becomes a signed request.
 *
 * <p>A wire format is a small strategy, chosen per endpoint by name. Standard Webhooks is the
 * default.
 */
@NullMarked
package dev.posthorn.wire;

import org.jspecify.annotations.NullMarked;
