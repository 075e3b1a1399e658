/** Tests of the starter as a dependency of a program. */
@NullMarked
package dev.posthorn.springboot.starter;

import org.jspecify.annotations.NullMarked;
