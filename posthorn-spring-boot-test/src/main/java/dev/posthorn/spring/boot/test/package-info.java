/** Tests of Spring Boot programs with a settable time and a recording receiver. */
@NullMarked
package dev.posthorn.spring.boot.test;

import org.jspecify.annotations.NullMarked;
