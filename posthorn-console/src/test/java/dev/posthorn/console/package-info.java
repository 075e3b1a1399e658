/** Tests of the console in a program with Spring Boot. */
@NullMarked
package dev.posthorn.console;

import org.jspecify.annotations.NullMarked;
