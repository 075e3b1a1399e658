package dev.posthorn.spi.store;

import java.util.List;

/**
 * Messages that were asked for by their ids, as far as their bodies fit within a bound.
 *
 * @param rows those that there are of the ids looked at, with their bodies, in the order asked for
 * @param examined how many of the ids were looked at, from the first
 * @param nextBytes the size of the body that did not fit any more, that of the id after those; 0 if
 *     all were looked at
 */
public record LoadedMessages(List<MessageRow> rows, int examined, int nextBytes) {}
