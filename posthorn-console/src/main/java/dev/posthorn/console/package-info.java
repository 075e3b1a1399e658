/** The console within a program: a servlet, and the auto-configuration for Spring Boot. */
@NullMarked
package dev.posthorn.console;

import org.jspecify.annotations.NullMarked;
