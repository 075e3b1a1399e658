package dev.posthorn.spi.store;

/**
 * A list of messages of one application.
 *
 * @param application the application
 * @param page the part of the list, of 1 to 1,000 rows
 * @param filter the condition that every row meets
 */
public record MessageQuery(long application, PageRequest page, MessageFilter filter) {}
