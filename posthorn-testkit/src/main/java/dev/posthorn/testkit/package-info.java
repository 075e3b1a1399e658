/** Tools for tests of programs that use Posthorn, and for tests of Posthorn's stores. */
@NullMarked
package dev.posthorn.testkit;

import org.jspecify.annotations.NullMarked;
