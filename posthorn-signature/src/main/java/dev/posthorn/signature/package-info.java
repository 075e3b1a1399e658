/**
 * Signs and verifies webhooks after <a
 * href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 * Webhooks 1.0.0</a>: {@code v1} (HMAC-SHA256, one secret on both sides) and {@code v1a} (Ed25519,
 * a signing key here and a public key there). Needs nothing but the JDK.
 *
 * <p>A receiver takes {@link dev.posthorn.signature.Verifier}, a sender {@link
 * dev.posthorn.signature.Signer}; {@link dev.posthorn.signature.Keys} makes keys for both.
 */
@NullMarked
package dev.posthorn.signature;

import org.jspecify.annotations.NullMarked;
