package dev.posthorn.spi.store.reads;

/**
 * Query for messages of one application.
 *
 * @param application the application
 * @param page the requested page, of 1 to 1,000 rows
 * @param filter further conditions
 */
public record MessageQuery(long application, PageRequest page, MessageFilter filter) {}
