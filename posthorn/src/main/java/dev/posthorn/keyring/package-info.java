/** Encryption of secrets at rest. */
@NullMarked
package dev.posthorn.keyring;

import org.jspecify.annotations.NullMarked;
