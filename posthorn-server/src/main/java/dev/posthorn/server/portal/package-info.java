/** The portal: a page on which customers manage their endpoints. */
@NullMarked
package dev.posthorn.server.portal;

import org.jspecify.annotations.NullMarked;
