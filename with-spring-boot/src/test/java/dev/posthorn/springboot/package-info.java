/** What the library does with versions of others. */
@NullMarked
package dev.posthorn.springboot;

import org.jspecify.annotations.NullMarked;
