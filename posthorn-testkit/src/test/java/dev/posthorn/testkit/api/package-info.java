/** The library end to end: real files, real sockets. */
@NullMarked
package dev.posthorn.testkit.api;

import org.jspecify.annotations.NullMarked;
