/** A small program, which the tests test. */
@NullMarked
package dev.posthorn.spring.boot.test.program;

import org.jspecify.annotations.NullMarked;
