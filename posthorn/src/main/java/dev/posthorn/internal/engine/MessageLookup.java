package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PrimitiveIterator;
import org.jspecify.annotations.Nullable;

/**
 * Messages by the public ids that users have: those that the store made, and those that senders
 * chose. Thread-safe.
 */
public final class MessageLookup {
  private final Engine engine;

  MessageLookup(Engine engine) {
    this.engine = engine;
  }

  /** Returns whether a text has the form of a message's public id. */
  public static boolean isId(String text) {
    return PublicIds.isForm(IdPrefix.MESSAGE, text);
  }

  /** Returns the message of an application with a public id, with its body, or null. */
  public @Nullable MessageRow find(long application, String publicId) {
    MessageRow found = find(engine.store(application), publicId);
    return found != null && found.application() == application ? found : null;
  }

  /**
   * Returns the message with a public id, with its body, or null. Looks into the partitions with
   * applications of an environment, one after another; but the message may be of another
   * environment.
   */
  public @Nullable MessageRow findIn(long environment, String publicId) {
    PrimitiveIterator.OfInt partitions = engine.partitions(environment);
    while (partitions.hasNext()) {
      MessageRow found = find(engine.store().in(partitions.nextInt()), publicId);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /**
   * Returns the message of an attempt, without its body, or null. Looks into the partitions with
   * applications of an environment, one after another; but it may be of another environment.
   */
  public @Nullable MessageRow findOfAttempt(long environment, long attempt) {
    PrimitiveIterator.OfInt partitions = engine.partitions(environment);
    while (partitions.hasNext()) {
      PartitionReads reads = engine.store().in(partitions.nextInt());
      AttemptRow found = reads.attempt(attempt);
      if (found != null) {
        return reads.messageWithoutBody(found.message());
      }
    }
    return null;
  }

  private @Nullable MessageRow find(PartitionReads reads, String publicId) {
    OptionalLong id = engine.publicIds().parse(IdPrefix.MESSAGE, publicId);
    if (id.isPresent()) {
      return reads.message(id.getAsLong());
    }
    if (!isId(publicId)) {
      return null;
    }
    MessageRow named = reads.messageByPublicId(publicId);
    return named != null ? named : earlier(reads, publicId);
  }

  /** Returns the message that was sent before under the event id of one with a chosen id. */
  private @Nullable MessageRow earlier(PartitionReads reads, String publicId) {
    List<DedupeKey> key = List.of(new DedupeKey(SendRequest.INBOX_SCOPE, publicId));
    List<DedupeRow> rows = engine.store().dedupe(key, engine.millis());
    return rows.isEmpty() ? null : reads.message(rows.getFirst().message());
  }

  /** Returns, by message, the public ids of those messages for which the sender chose one. */
  public Map<Long, String> chosen(long application, Collection<Long> messages) {
    return engine.store(application).publicIds(messages);
  }
}
