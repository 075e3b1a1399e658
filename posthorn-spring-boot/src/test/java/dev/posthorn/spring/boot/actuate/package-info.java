/** Tests of health, info and metrics, on each line of Spring Boot. */
@NullMarked
package dev.posthorn.spring.boot.actuate;

import org.jspecify.annotations.NullMarked;
