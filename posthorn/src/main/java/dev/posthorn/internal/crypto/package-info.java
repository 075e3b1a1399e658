/** Keys that encrypt secrets at rest, certificates and PEM files. */
@NullMarked
package dev.posthorn.internal.crypto;

import org.jspecify.annotations.NullMarked;
