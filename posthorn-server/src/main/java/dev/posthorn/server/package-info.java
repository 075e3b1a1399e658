/** The Posthorn server and its command line. */
@NullMarked
package dev.posthorn.server;

import org.jspecify.annotations.NullMarked;
