/** Tests of the portal's parts that need no browser. */
@NullMarked
package dev.posthorn.server.portal;

import org.jspecify.annotations.NullMarked;
