package dev.posthorn.simulation;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.task.Polling;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A customer who polls all messages of an application, through any node, and goes on after the last
 * one each time. Nothing may be committed later that such a reader has passed, and in the end it
 * has everything that is on disk.
 */
final class PollingChecker {
  private static final long MILLI = 1_000_000;
  private static final int LONGEST_PAUSE_MILLIS = 1_500;
  private static final int LARGEST_PAGE = 20;

  private final Simulation world;
  private final Random random;
  private final Set<Long> polled = new HashSet<>();

  /** All messages that were ever committed: a batch may be committed again. */
  private final Set<Long> known = new HashSet<>();

  private @Nullable EndpointRow reader;
  private long position;
  private boolean over;

  PollingChecker(Simulation world, long seed) {
    this.world = world;
    this.random = new Random(seed);
  }

  /** Begins to poll an application. */
  void begin(long application) {
    reader =
        new EndpointRow(
            application,
            application,
            EndpointSpec.to("http://polled.invalid/").build(),
            EndpointState.DISABLED,
            0,
            0);
    later();
  }

  private void later() {
    world.clock().after(random.nextInt(LONGEST_PAUSE_MILLIS) * MILLI, this::act);
  }

  private void act() {
    if (!over && reader != null) {
      try {
        poll(reader);
      } catch (StoreException | PosthornException e) {
        // It asks again.
      }
      later();
    }
  }

  private void poll(EndpointRow endpoint) {
    int limit = 1 + random.nextInt(LARGEST_PAGE);
    Polling.Polled page = world.engine().polling().read(endpoint, position, limit, null, null);
    for (MessageRow row : page.messages()) {
      if (row.id() <= position) {
        throw new Violation("polling: message " + row.id() + " is not after " + position);
      }
      position = row.id();
      polled.add(row.id());
    }
    position = page.position();
  }

  /** Checks the messages of a batch that is about to be applied. */
  void requireAhead(Batch batch) {
    batch.partitions().stream()
        .flatMap(rows -> rows.messages.stream())
        .filter(this::isPolled)
        .forEach(this::requireAhead);
  }

  private boolean isPolled(MessageRow message) {
    return reader != null && message.application() == reader.application();
  }

  private void requireAhead(MessageRow message) {
    if (known.add(message.id()) && message.id() <= position) {
      throw world
          .clock()
          .violated(
              new Violation(
                  "polling: message "
                      + message.id()
                      + " is committed after a reader has passed "
                      + position));
    }
  }

  /** The last commits are lost: the reader goes on after the last message that is left. */
  void failedOver() {
    position = left().mapToLong(MessageRow::id).filter(polled::contains).max().orElse(0);
    known.removeIf(message -> world.tables().message(message) == null);
  }

  private Stream<MessageRow> left() {
    return world.tables().messages().values().stream().filter(this::isPolled);
  }

  /** Returns the messages on disk that were not polled. */
  List<Long> missing() {
    return left().map(MessageRow::id).filter(id -> !polled.contains(id)).toList();
  }

  /** Polls no more. */
  void end() {
    over = true;
  }
}
