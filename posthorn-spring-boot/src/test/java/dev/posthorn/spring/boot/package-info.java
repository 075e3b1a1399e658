/** Tests of the auto-configuration, on each line of Spring Boot. */
@NullMarked
package dev.posthorn.spring.boot;

import org.jspecify.annotations.NullMarked;
