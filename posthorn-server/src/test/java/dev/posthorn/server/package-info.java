/** The command line as its users meet it. */
@NullMarked
package dev.posthorn.server;

import org.jspecify.annotations.NullMarked;
