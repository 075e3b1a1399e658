package dev.posthorn.server.health;

/**
 * An alert whose condition is met.
 *
 * @param alert the alert
 * @param finding a sentence with the figures
 * @param since the wall time in milliseconds since which it has been met
 */
public record Problem(Alert alert, String finding, long since) {}
