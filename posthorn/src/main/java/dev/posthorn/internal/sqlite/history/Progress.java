package dev.posthorn.internal.sqlite.history;

/**
 * How far the store's own work has come; the one row of the table {@code progress}.
 *
 * @param idFloor the highest id that was ever used
 * @param messagesIndexed up to where the messages' index is complete
 * @param attemptsIndexed up to where the attempts' indexes are complete
 * @param messagesRetained messages up to here are gone, or held by a live row
 * @param attemptsRetained attempts up to here are gone, or belong to a held message
 */
public record Progress(
    long idFloor,
    long messagesIndexed,
    long attemptsIndexed,
    long messagesRetained,
    long attemptsRetained) {

  public Progress withIdFloor(long id) {
    return new Progress(
        Math.max(id, idFloor),
        messagesIndexed,
        attemptsIndexed,
        messagesRetained,
        attemptsRetained);
  }

  public Progress withIndexed(long messages, long attempts) {
    return new Progress(idFloor, messages, attempts, messagesRetained, attemptsRetained);
  }

  public Progress withRetained(long messages, long attempts) {
    return new Progress(idFloor, messagesIndexed, attemptsIndexed, messages, attempts);
  }
}
