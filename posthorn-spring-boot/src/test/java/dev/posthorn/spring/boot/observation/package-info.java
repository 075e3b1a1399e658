/** Tests of observations, on each line of Spring Boot. */
@NullMarked
package dev.posthorn.spring.boot.observation;

import org.jspecify.annotations.NullMarked;
