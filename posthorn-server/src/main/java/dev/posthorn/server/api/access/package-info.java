/** Operations on tokens and portal access. */
@NullMarked
package dev.posthorn.server.api.access;

import org.jspecify.annotations.NullMarked;
