/** Signs and verifies webhooks after Standard Webhooks 1.0.0. */
@NullMarked
package dev.posthorn.signature;

import org.jspecify.annotations.NullMarked;
