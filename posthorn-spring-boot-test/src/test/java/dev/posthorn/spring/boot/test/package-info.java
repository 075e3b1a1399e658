/** Tests of the test annotations, on each line of Spring Boot. */
@NullMarked
package dev.posthorn.spring.boot.test;

import org.jspecify.annotations.NullMarked;
