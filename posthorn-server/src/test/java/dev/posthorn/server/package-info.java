/** Tests of the server through its HTTP API and its command line. */
@NullMarked
package dev.posthorn.server;

import org.jspecify.annotations.NullMarked;
