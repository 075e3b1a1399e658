/** How HTTP exchanges are made. May change at any time; only the package above uses it. */
@NullMarked
package dev.posthorn.transport.http.internal;

import org.jspecify.annotations.NullMarked;
