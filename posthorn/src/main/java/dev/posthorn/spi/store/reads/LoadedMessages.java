package dev.posthorn.spi.store.reads;

import dev.posthorn.spi.store.rows.MessageRow;
import java.util.List;

/**
 * Messages loaded by id, as many as fit within a size limit.
 *
 * @param rows the messages found among the examined ids, with their bodies, in the requested order
 * @param examined the number of ids examined, from the first
 * @param nextBytes the size of the first body that did not fit; 0 if all ids were examined
 */
public record LoadedMessages(List<MessageRow> rows, int examined, int nextBytes) {}
