/** Health, info and metrics for Spring Boot's actuator. */
@NullMarked
package dev.posthorn.spring.boot.actuate;

import org.jspecify.annotations.NullMarked;
