/**
 * Signs and verifies webhooks according to <a
 * href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 * Webhooks 1.0.0</a>: {@code v1} (HMAC-SHA256, one secret on both sides) and {@code v1a} (Ed25519,
 * a signing key for the sender and a public key for the receiver). Requires only the JDK.
 *
 * <p>A receiver uses {@link dev.posthorn.signature.Verifier}, a sender {@link
 * dev.posthorn.signature.Signer}; {@link dev.posthorn.signature.Keys} generates keys for both.
 */
@NullMarked
package dev.posthorn.signature;

import org.jspecify.annotations.NullMarked;
