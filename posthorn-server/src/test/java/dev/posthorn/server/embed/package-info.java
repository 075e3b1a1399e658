/** Tests of the console within a program. */
@NullMarked
package dev.posthorn.server.embed;

import org.jspecify.annotations.NullMarked;
