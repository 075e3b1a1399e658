package dev.posthorn.spring.modulith.program;

import org.springframework.modulith.events.Externalized;

/**
 * An event without a target.
 *
 * @param order the order
 */
@Externalized
public record OrderShipped(String order) {}
