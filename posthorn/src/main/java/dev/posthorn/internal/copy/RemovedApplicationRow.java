package dev.posthorn.internal.copy;

/**
 * An application that was removed and may have messages left.
 *
 * @param id its id
 */
public record RemovedApplicationRow(long id) {}
