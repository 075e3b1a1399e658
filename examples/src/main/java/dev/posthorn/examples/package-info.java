/** Small programs that show how Posthorn is used. */
@NullMarked
package dev.posthorn.examples;

import org.jspecify.annotations.NullMarked;
