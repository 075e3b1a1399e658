package dev.posthorn.internal.sqlite.history;

/**
 * Progress of the store's own work; the one row of the table {@code progress}.
 *
 * @param idFloor the highest id that was ever used
 * @param messagesIndexed the id up to which the messages' index is complete
 * @param attemptsIndexed the id up to which the attempts' indexes are complete
 * @param messagesRetained the id up to which messages are gone, or held by a live row
 * @param attemptsRetained the id up to which attempts are gone, or belong to a held message
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
