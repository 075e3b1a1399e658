/** The demo: everything in one go, checked by itself. */
@NullMarked
package dev.posthorn.server.demo;

import org.jspecify.annotations.NullMarked;
